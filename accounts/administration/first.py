"""The first administrator, made from the terminal: nobody can sign in yet."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.administration.services import Refused
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.choices import Role
from accounts.models import User


def add_first_administrator(*, email: str, name: str) -> str:
    """Create the administrator and return the address where they set a password.

    The address is good once and for three days. Raises `Refused` if an administrator
    or a user with this e-mail address exists: from then on the pages are the way.
    """
    with transaction.atomic():
        administrators = User.objects.filter(role=Role.ADMINISTRATOR)
        if administrators.exclude(email=email.strip().lower()).exists():
            raise Refused("There is an administrator already, who can add others.")
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            user = User(email=email.strip().lower(), name=name, role=Role.ADMINISTRATOR)
            user.set_unusable_password()
            user.full_clean()
            user.save()
            record(
                action=Action.USER_CREATED,
                actor=None,
                target=user,
                after={"name": user.name, "email": user.email, "role": user.role},
            )
        elif user.role != Role.ADMINISTRATOR or user.last_login is not None:
            raise Refused(f"{email} belongs to a user already.")
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"

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

# As many as can consent to each other; the others come from the pages.
FROM_THE_TERMINAL = 2


def add_first_administrator(*, email: str, name: str) -> str:
    """Create an administrator and return the address where they set a password.

    The first two come from here. For somebody who is administrator already, the
    operator vouches: then they count as another person than the one who made them, and
    an account that was closed by a restore opens. The address is good once and for
    three days. Raises `Refused` if there are others, or the e-mail address is another
    user's: from then on the pages are the way.
    """
    with transaction.atomic():
        active = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
        address = email.strip().lower()
        user = User.objects.select_for_update().filter(email=address).first()
        if user is None:
            if active.count() >= FROM_THE_TERMINAL:
                raise Refused("There are administrators already, who can add others.")
            user = _create(address, name)
        elif user.role != Role.ADMINISTRATOR:
            raise Refused(f"{email} belongs to a user already.")
        elif user.vouched_by_id is not None or user.held_at is not None:
            _vouch_for(user)
        elif user.last_login is not None:
            raise Refused(f"{email} belongs to a user already.")
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"


def _create(email: str, name: str) -> User:
    user = User(email=email, name=name, role=Role.ADMINISTRATOR)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    record(
        action=Action.USER_CREATED,
        actor=None,
        target=user,
        after={"name": user.name, "email": user.email, "role": user.role},
    )
    return user


def _vouch_for(user: User) -> None:
    """Stand for an account as the operator; open it if a restore had closed it."""
    was_held = user.held_at is not None
    if was_held:
        user.is_active, user.held_at = True, None
    user.vouched_by = user.vouched_at = None
    user.save(update_fields=["is_active", "held_at", "vouched_by", "vouched_at"])
    record(
        action=Action.ADMINISTRATOR_VOUCHED,
        actor=None,
        target=user,
        after={"opened": was_held},
    )

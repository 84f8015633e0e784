"""The mail by which a new user sets a password."""

import smtplib

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User


class NotSent(Exception):
    """The mail server did not take the mail; nothing else was changed."""


def invite(*, user: User, actor: User) -> None:
    """Mail `user` a link to set a password, good once and for three days.

    The mail says nothing but that there is an account. Raises `NotSent`.
    """
    require(actor, Capability.SEE_USERS)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    mail = EmailMessage(
        subject="Your account",
        body=render_to_string(
            "accounts/mail/invitation.txt",
            {"link": f"{settings.BASE_URL}{path}", "days": days},
        ),
        to=[user.email],
    )
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(
            f"{user.name} was not sent the mail: the mail server does not answer. "
            "Send the invitation again later."
        ) from error
    record(action=Action.USER_INVITED, actor=actor, target=user)


def tell_old_address(email: str) -> bool:
    """Tell the address somebody signed in with until now; False: it was not sent.

    Whoever sits behind it may be the very person, and not know of the change.
    """
    mail = EmailMessage(
        subject="Your account",
        body=render_to_string("accounts/mail/address_changed.txt", {}),
        to=[email],
    )
    try:
        mail.send()
    except (smtplib.SMTPException, OSError):
        return False
    return True

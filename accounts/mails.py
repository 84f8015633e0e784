"""Mails about one's own account. They name no notice, no case and no other person."""

from datetime import datetime
from enum import StrEnum

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User


class AccountMail(StrEnum):
    """What a mail is for; the value names its template."""

    RESET_LINK = "reset_link"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a mail
    FACTOR_CHANGED = "factor_changed"
    CODES_FAILED = "codes_failed"
    FACTOR_LOST = "factor_lost"
    FACTOR_TAKEN = "factor_taken"
    READING_ALARM = "reading_alarm"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of a mail


_SUBJECTS = {
    AccountMail.RESET_LINK: "Tracker: choose a new password",
    AccountMail.PASSWORD_CHANGED: "Tracker: your password was changed",
    AccountMail.FACTOR_CHANGED: "Tracker: your second factor was changed",
    AccountMail.CODES_FAILED: "Tracker: wrong codes for your account",
    AccountMail.FACTOR_LOST: "Tracker: removal of your second factor was asked for",
    AccountMail.TOKEN_MADE: "Tracker: a token was made for your account",
    AccountMail.READING_ALARM: "Tracker: an account reads unusually much",
    AccountMail.FACTOR_TAKEN: "Tracker: your second factor was removed",
}


def send_account_mail(*, user: User, mail: AccountMail, at: datetime) -> None:
    """Send `mail` to `user` about what happened at the moment `at`.

    Links lead to `BASE_URL`, whatever host a request claimed. Raises `OSError` or
    `smtplib.SMTPException` when the mail server does not take it.
    """
    text = render_to_string(
        f"accounts/mail/{mail.value}.txt",
        {
            "user": user,
            "at": at,
            "site": settings.BASE_URL,
            "reset_url": _reset_url(user) if mail is AccountMail.RESET_LINK else "",
        },
    )
    EmailMessage(_SUBJECTS[mail], text.strip() + "\n", to=[user.email]).send()


def _reset_url(user: User) -> str:
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"

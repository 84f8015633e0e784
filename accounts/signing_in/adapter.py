"""How allauth behaves here."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.mails import AccountMail
from accounts.models import User
from accounts.tasks import mail_account

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "The e-mail address and the password do not fit together. "
            "Check both; capitals count in the password."
        ),
        "too_many_login_attempts": (
            "Too many tries from here. Wait five minutes, then try again."
        ),
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell people that their password was changed: they may not have done it.

        The change stands even if the broker is away, so that only goes to the log.
        """
        try:
            mail_account.delay(
                user.pk,
                AccountMail.PASSWORD_CHANGED.value,
                timezone.now().isoformat(),
            )
        except OperationalError:
            log.exception("No mail about the changed password of user %s", user.pk)

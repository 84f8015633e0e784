"""How allauth behaves here."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.mails import AccountMail
from accounts.models import User
from accounts.signing_in.codes import mail_about
from accounts.signing_in.devices import remember_device
from accounts.signing_in.limits import password_try
from accounts.signing_in.proof import is_proved

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
            "Too many tries from here. Wait five minutes, then try again. With a "
            "passkey you need not wait."
        ),
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(
        self, request: HttpRequest, **credentials: Any
    ) -> AbstractBaseUser | None:
        """Count the try first; a right password is not counted."""
        counted = password_try(request, email=str(credentials.get("email", "")))
        if not counted.allowed:
            raise self.validation_error("too_many_login_attempts")
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            counted.give_back()
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Remember the browser of somebody who came all the way in."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_device(request, response, email=user.email)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The library's own flows ask the same question as `step_up`."""
        user = self.request.user
        return not (user.is_authenticated and is_proved(self.request, user))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One page asks for whatever the person has."""
        if not user.is_authenticated:
            return []
        return [{"id": "again", "url": reverse("account_reauthenticate")}]

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
        if not mail_about(user, AccountMail.PASSWORD_CHANGED):
            log.error("No mail about the changed password of user %s", user.pk)

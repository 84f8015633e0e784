"""Asking for a new password without telling anyone who has an account."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.mails import AccountMail
from accounts.tasks import mail_account


class AskForLinkForm(ResetPasswordForm):
    """The same work for any address: one look-up, one ring to the worker."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        user_id = self.users[0].pk if self.users else 0
        mail_account.delay(
            user_id, AccountMail.RESET_LINK.value, timezone.now().isoformat()
        )
        return str(self.cleaned_data["email"])

"""Asking for a new password without telling anyone who has an account."""

import hashlib
from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts.mails import AccountMail
from accounts.tasks import mail_account

# Seconds.
_BETWEEN_MAILS = 60


class AskForLinkForm(ResetPasswordForm):
    """The same work for any address: one look-up, one count, one ring to the worker.

    Whoever asks again within a minute reads the same page, but no second mail goes out:
    a stranger can neither fill the box of a person nor shut the person out.
    """

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        is_first = cache.add(_counted_as(self.cleaned_data["email"]), 1, _BETWEEN_MAILS)
        user_id = self.users[0].pk if self.users and is_first else 0
        mail_account.delay(
            user_id, AccountMail.RESET_LINK.value, timezone.now().isoformat()
        )
        return str(self.cleaned_data["email"])


def _counted_as(email: str) -> str:
    folded = email.strip().lower().encode()
    return f"reset-mail:{hashlib.sha256(folded).hexdigest()}"

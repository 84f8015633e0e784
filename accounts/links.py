"""Links by which somebody chooses a password: good once, for three days."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class LinkTokens(PasswordResetTokenGenerator):
    """Django's tokens, which die with a new password, a sign-in and another address.

    These also die when the account is closed, so that an invitation is withdrawn by
    closing the account, and stay dead when it is opened again.
    """

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        if user is None or not user.is_active:
            return False
        return super().check_token(user, token)

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        left: datetime | None = user.left_at if isinstance(user, User) else None
        return f"{super()._make_hash_value(user, timestamp)}{left}"

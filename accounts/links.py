"""Links by which somebody chooses a password: good once, for three days."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class LinkTokens(PasswordResetTokenGenerator):
    """Django's tokens, which die with a new password, a sign-in and another address.

    These also die when the account is closed, so that an invitation is withdrawn by
    closing the account, and stay dead when it is opened again.
    """

    def check_token(self, user: User | None, token: str | None) -> bool:
        if user is None or not user.is_active:
            return False
        return super().check_token(user, token)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.left_at}"

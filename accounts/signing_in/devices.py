"""Remembers in a browser which accounts signed in with it before.

The cookie opens nothing. It only says that this browser is counted alone when somebody
guesses at the account (`accounts.signing_in.limits`).
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

_SALT = "accounts.signing_in.devices"
_KEPT_FOR = 180 * 24 * 60 * 60
# A browser that more people share than this forgets the first of them.
_MOST_ACCOUNTS = 5


def known_device(request: HttpRequest, *, email: str) -> str:
    """Return the number of this browser if it signed in to the account before."""
    return _accounts(request).get(_account(email), "")


def remember_device(
    request: HttpRequest, response: HttpResponseBase, *, email: str
) -> None:
    """Let the browser prove from now on that it signed in to the account."""
    accounts = _accounts(request)
    number = accounts.pop(_account(email), "") or secrets.token_urlsafe(16)
    kept = dict([*accounts.items(), (_account(email), number)][-_MOST_ACCOUNTS:])
    response.set_cookie(
        cookie_name(),
        signing.dumps(kept, salt=_SALT),
        max_age=_KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def _accounts(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(
            request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=_KEPT_FOR
        )
    except signing.BadSignature:
        return {}
    return {str(account): str(number) for account, number in found.items()}


def _account(email: str) -> str:
    """Name an account in the cookie without naming the person."""
    name = email.strip().lower()
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()[:24]

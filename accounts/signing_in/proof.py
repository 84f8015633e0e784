"""How the person of a session proved who they are, and how long ago."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User

# Seconds for which one proof of presence lasts (`design/security.md`, section 4).
FRESH_FOR = 5 * 60

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user: User) -> bool:
    """Tell whether `user` has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def used_factor(request: HttpRequest, user: User) -> bool:
    """Tell whether this session was opened, or confirmed since, with a second factor.

    Read from the session: no query.
    """
    return any(
        record["method"] == "mfa"
        for record in get_authentication_records(request, user)
    )


def is_proved(request: HttpRequest, user: User) -> bool:
    """Tell whether the person proved within five minutes who they are.

    Whoever has a second factor must have used it; for the others the password does.
    """
    fresh = {
        record["method"]
        for record in get_authentication_records(request, user)
        if time.time() - record["at"] < FRESH_FOR
    }
    return "mfa" in fresh or ("password" in fresh and not has_factor(user))


def note_factor(
    request: HttpRequest, user: User, authenticator: Authenticator, **more: Any
) -> None:
    """Keep in the session that `user` used this factor just now."""
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, **more
    )

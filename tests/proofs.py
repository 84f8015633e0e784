"""Second factors for people of the tests, and proofs that they are there."""

import time
from typing import Any

from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.sealing import unseal
from accounts.signing_in.factors import Added, add_app

STEP_SECONDS = 30


@receiver(user_logged_in, dispatch_uid="tests")
def signed_in_with_a_password(user: User, request: HttpRequest, **_: Any) -> None:
    """`force_login` stands for the page, which keeps that a password was given."""
    if not get_authentication_records(request, user):
        record_authentication(request, user, method="password")


def prove(client: Client, user: User, method: str, *, stale: bool = False) -> None:
    """Note in the session of `client` that this alone is how `user` proved presence."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    request = HttpRequest()
    request.session = session
    record_authentication(request, user, method=method)
    if stale:
        session[AUTHENTICATION_METHODS_SESSION_KEY][0]["at"] -= 3600
    session.save()


def give_app(user: User) -> Added:
    """Give `user` an authenticator app, if they have none, and recovery codes."""
    return add_app(
        user=user,
        secret=totp.generate_totp_secret(),
        step=0,
        session_key="",
        at=timezone.now(),
    )


def code_of(user: User, *, ahead: int = 0) -> str:
    """Return what the app of `user` shows now, or so many half minutes ahead."""
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_from(unseal(app.data["secret"]), ahead=ahead)


def code_from(secret: str, *, ahead: int = 0) -> str:
    """Return the code of an app that was told `secret`."""
    step = int(time.time()) // STEP_SECONDS + ahead
    return totp.format_hotp_value(totp.hotp_value(secret.replace(" ", ""), step))


def wrong_code(user: User) -> str:
    """Return a code that no neighbouring moment shows."""
    right = {code_of(user, ahead=ahead) for ahead in range(-3, 4)}
    return next(code for n in range(10) if (code := f"{n:06}") not in right)

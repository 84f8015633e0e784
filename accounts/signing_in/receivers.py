"""Log-ins and passwords are the library's business; its signals bring them here."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from accounts.tokens.services import revoke_all


@receiver(user_logged_in, dispatch_uid="audit")
def signed_in(user: User, request: HttpRequest, **_: Any) -> None:
    request.session.begin(  # type: ignore[attr-defined]
        device=request.META.get("HTTP_USER_AGENT", "")
    )
    record(action=Action.SIGNED_IN, actor=user, target=user)


@receiver(user_logged_out, dispatch_uid="audit")
def signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record(action=Action.SIGNED_OUT, actor=user, target=user)


@receiver(user_login_failed, dispatch_uid="audit")
def sign_in_failed(credentials: dict[str, Any], **_: Any) -> None:
    """Name the account if there is one; what else was typed may be a password."""
    typed = credentials.get("email") or credentials.get("username") or ""
    account = User.objects.filter(email=str(typed).strip().lower()).first()
    record(action=Action.SIGN_IN_FAILED, actor=None, target=account)


@receiver([password_changed, password_set], dispatch_uid="audit")
def password_was_changed(user: User, **_: Any) -> None:
    revoke_all(owner=user, at=timezone.now())
    record(action=Action.PASSWORD_CHANGED, actor=user, target=user)


@receiver(password_reset, dispatch_uid="audit")
def password_was_reset(user: User, **_: Any) -> None:
    revoke_all(owner=user, at=timezone.now())
    record(action=Action.PASSWORD_RESET, actor=user, target=user)

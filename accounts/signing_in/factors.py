"""Adding and taking away second factors; each ends other sessions and all tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.db import transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import BrowserSession, User
from accounts.models.session import stored_key
from accounts.signing_in.proof import FACTORS
from accounts.tokens.services import revoke_all

_Type = Authenticator.Type


class Refused(Exception):
    """The change is not possible; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new factor, and the recovery codes if these were made with it."""

    factor: Authenticator
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None

    @property
    def any(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def one_alone(self) -> bool:
        return (self.app is not None) + len(self.passkeys) == 1


def factors_of(user: User) -> Factors:
    """Return the second factors of `user`, the oldest first."""
    held = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    codes = [one for one in held if one.type == _Type.RECOVERY_CODES]
    return Factors(
        app=next((one for one in held if one.type == _Type.TOTP), None),
        passkeys=[one for one in held if one.type == _Type.WEBAUTHN],
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
    )


def add_app(
    *, user: User, secret: str, step: int, session_key: str, at: datetime
) -> Added:
    """Give `user` an authenticator app; the code of time step `step` showed it works.

    Raises `Refused` if there is one: the old one is removed first.
    """
    with transaction.atomic():
        _lock(user)
        if Authenticator.objects.filter(user=user, type=_Type.TOTP).exists():
            raise Refused("You have an authenticator app already. Remove it first.")
        factor = TOTP.activate(user, secret).instance
        factor.data["last_step"] = step
        factor.save(update_fields=["data"])
        codes = _make_first_codes(user)
        _end_others(user, session_key, at)
        record(
            action=Action.FACTOR_ADDED,
            actor=user,
            target=user,
            after={"kind": "authenticator app"},
        )
    return Added(factor, codes)


def add_passkey(
    *, user: User, name: str, credential: dict[str, Any], session_key: str, at: datetime
) -> Added:
    """Give `user` a passkey that the browser made and that was checked."""
    with transaction.atomic():
        _lock(user)
        factor = WebAuthn.add(user, name, credential).instance
        codes = _make_first_codes(user)
        _end_others(user, session_key, at)
        record(
            action=Action.PASSKEY_ADDED, actor=user, target=user, after={"name": name}
        )
    return Added(factor, codes)


def remove_factor(
    *, user: User, factor: Authenticator, session_key: str, at: datetime
) -> None:
    """Take a factor away from `user`, the recovery codes with the last one.

    Raises `Refused` for the last one where a second factor is compulsory.
    """
    with transaction.atomic():
        _lock(user)
        held = Authenticator.objects.filter(user=user, type__in=FACTORS)
        if settings.REQUIRE_SECOND_FACTOR and not held.exclude(pk=factor.pk).exists():
            raise Refused("This is your only second factor. Add another one first.")
        is_passkey = factor.type == _Type.WEBAUTHN
        name = factor.wrap().name if is_passkey else "authenticator app"
        held.filter(pk=factor.pk).delete()
        if not held.exists():
            Authenticator.objects.filter(user=user).delete()
        _end_others(user, session_key, at)
        record(
            action=Action.PASSKEY_REMOVED if is_passkey else Action.FACTOR_REMOVED,
            actor=user,
            target=user,
            before={"name" if is_passkey else "kind": name},
        )


def make_recovery_codes(*, user: User, session_key: str, at: datetime) -> list[str]:
    """Make new recovery codes and return them; the old ones are void.

    Raises `Refused` for somebody without a factor to recover.
    """
    with transaction.atomic():
        _lock(user)
        held = Authenticator.objects.filter(user=user)
        if not held.filter(type__in=FACTORS).exists():
            raise Refused("Add an authenticator app or a passkey first.")
        held.filter(type=_Type.RECOVERY_CODES).delete()
        codes = _make_first_codes(user)
        _end_others(user, session_key, at)
        record(action=Action.RECOVERY_CODES_MADE, actor=user, target=user)
    return codes


def take_all_factors(*, user: User) -> None:
    """Take every factor away, within the caller's transaction, which records it."""
    Authenticator.objects.filter(user=user).delete()


def _lock(user: User) -> None:
    """Changes of one person's factors wait for each other."""
    User.objects.select_for_update().get(pk=user.pk)


def _make_first_codes(user: User) -> list[str]:
    """Return new recovery codes; none if there are some, which stay unseen."""
    codes = Authenticator.objects.filter(user=user, type=_Type.RECOVERY_CODES)
    if codes.exists():
        return []
    return RecoveryCodes.activate(user).generate_codes()


def _end_others(user: User, session_key: str, at: datetime) -> None:
    """End every token, and every session but this one, which has to take over the new
    hash.
    """
    user.sessions_ended_at = at
    user.save(update_fields=["sessions_ended_at"])
    others = BrowserSession.objects.filter(user=user)
    others.exclude(pk=stored_key(session_key)).delete()
    revoke_all(owner=user, at=at)

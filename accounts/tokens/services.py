"""Making tokens, revoking them, and noting that one is used."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.choices import Scope
from accounts.models import ApiToken, User

# What every secret begins with, so that scanners for leaked secrets know one.
BEGINS = "rnt_"
MOST_TOKENS = 20
_SHOWN = len(BEGINS) + 4
_BETWEEN_NOTES = timedelta(minutes=1)


class TokenRefused(Exception):
    """The token cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its secret, which nobody can look up again."""

    token: ApiToken
    secret: str


def hash_of(secret: str) -> str:
    """Return what is kept of a secret. It has 256 random bits: no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(
    *, owner: User, name: str, scopes: Sequence[str], days: int, at: datetime
) -> NewToken:
    """Make a token of `owner` that opens `scopes` for `days`.

    Raises `MissingCapability`, and `TokenRefused` for somebody who has too many.
    """
    secret = BEGINS + secrets.token_urlsafe(32)
    with transaction.atomic():
        # One at a time for each person, so that the limit holds; and whoever lost the
        # right meanwhile makes none.
        locked = User.objects.select_for_update().get(pk=owner.pk)
        require(locked, Capability.MAKE_TOKENS)
        if owner.tokens.live(at).count() >= MOST_TOKENS:
            raise TokenRefused(
                f"You have {MOST_TOKENS} tokens in use. Revoke one that is not needed."
            )
        token = ApiToken.objects.create(
            owner=owner,
            name=name.strip(),
            scopes=[scope for scope in Scope.values if scope in scopes],
            hash=hash_of(secret),
            start=secret[:_SHOWN],
            created_at=at,
            expires_at=at + timedelta(days=days),
        )
        record(
            action=Action.TOKEN_MADE,
            actor=owner,
            target=token,
            after={
                "name": token.name,
                "scopes": token.scopes,
                "expires": token.expires_at.date().isoformat(),
            },
        )
    return NewToken(token, secret)


def revoke_token(*, token: ApiToken, actor: User, at: datetime) -> None:
    """End a token now; ending it twice is harmless.

    One's own, or with the right to change users anybody's: others get
    `MissingCapability`.
    """
    if token.owner_id != actor.pk:
        require(actor, Capability.SEE_USERS)
    with transaction.atomic():
        living = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
        if living.update(revoked_at=at):
            record(action=Action.TOKEN_REVOKED, actor=actor, target=token)


def revoke_all(*, owner: User, at: datetime) -> int:
    """End every token of `owner` and return how many; the caller records why."""
    return owner.tokens.filter(revoked_at=None).update(revoked_at=at)


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Note that `token` is used: written once a minute, recorded once a day."""
    before = token.last_used_at
    if before is not None and at - before < _BETWEEN_NOTES:
        return
    with transaction.atomic():
        stale = ApiToken.objects.filter(pk=token.pk).filter(
            Q(last_used_at=None) | Q(last_used_at__lte=at - _BETWEEN_NOTES)
        )
        # Of several requests at once only one finds it stale.
        if stale.update(last_used_at=at) and (
            before is None or before.date() != at.date()
        ):
            record(action=Action.TOKEN_USED, actor=token.owner, target=token)

"""Making somebody administrator: one asks, a second one confirms.

Where there is no second administrator, the only one acts alone; the new one is then no
second person to them (`accounts.vouching`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.administration.services import (
    Refused,
    cut_off,
    locked_with_administrators,
)
from accounts.administration.walls import lock_walls_of, why_a_wall_falls
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.choices import Role
from accounts.models import AdministratorRequest, User
from accounts.vouching import vouch, why_not_two

GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page of a user says; `waiting` is what another one has to confirm."""

    waiting: AdministratorRequest | None
    may_confirm: bool
    is_own: bool


def standing(*, user: User, reader: User, at: datetime) -> Standing:
    """Return how it stands with making `user` administrator, for one who reads."""
    waiting = _waiting(at).filter(user=user).select_related("asked_by").first()
    is_own = waiting is not None and waiting.asked_by_id == reader.pk
    others = waiting is not None and not is_own and user.pk != reader.pk
    return Standing(waiting, may_confirm=others, is_own=is_own)


def waiting_requests(*, at: datetime) -> list[AdministratorRequest]:
    """Return every request that waits, for the list of users."""
    return list(_waiting(at).select_related("user", "asked_by").order_by("asked_at"))


def to_confirm_by(reader: User, *, at: datetime) -> list[AdministratorRequest]:
    """Return the requests that `reader` may answer as the second administrator."""
    if not reader.can(Capability.SEE_USERS):
        return []
    others = _waiting(at).exclude(asked_by=reader).exclude(user=reader)
    return list(others.select_related("user", "asked_by").order_by("asked_at")[:20])


def ask(
    *, user_id: int, actor: User, reason: str, at: datetime
) -> AdministratorRequest:
    """Ask a second administrator to make `user` one, or to open one's account again.

    Raises `Refused` for oneself and for what waits already, `MissingCapability`.
    """
    with transaction.atomic():
        lock_walls_of(user_id)
        user = locked_with_administrators(user_id=user_id, actor=actor)
        _require_no_wall_falls(user)
        if user.pk == actor.pk:
            raise Refused("Nobody changes their own role. Ask another administrator.")
        open_ones = AdministratorRequest.objects.filter(user=user, confirmed_at=None)
        if open_ones.filter(expires_at__gt=at).exists():
            raise Refused("This was asked already and waits for another administrator.")
        # What nobody confirmed in time makes room; the log keeps that it was asked.
        open_ones.delete()
        asked = AdministratorRequest.objects.create(
            user=user,
            asked_by=actor,
            asked_at=at,
            expires_at=at + GOOD_FOR,
            reason=reason,
        )
        record(
            action=Action.ADMINISTRATOR_ASKED, actor=actor, target=user, reason=reason
        )
    return asked


def confirm(*, user_id: int, actor: User, at: datetime) -> User:
    """Make `user` an active administrator, as another one asked.

    Raises `Refused` for one's own request, for what no longer waits, and where the two
    do not count as two people; `MissingCapability`.
    """
    with transaction.atomic():
        lock_walls_of(user_id)
        user = locked_with_administrators(user_id=user_id, actor=actor)
        _require_no_wall_falls(user)
        asked = _waiting(at).filter(user=user).select_related("asked_by").first()
        if asked is None or asked.asked_by.role != Role.ADMINISTRATOR:
            raise Refused("Nobody asks for this now.")
        if not asked.asked_by.is_active:
            raise Refused("Whoever asked for this is no longer administrator.")
        if actor.pk in (asked.asked_by_id, user.pk):
            raise Refused("Another administrator has to confirm it.")
        if why := why_not_two(asked.asked_by, actor, at=at):
            raise Refused(why)
        asked.confirmed_by, asked.confirmed_at = actor, at
        asked.save(update_fields=["confirmed_by", "confirmed_at"])
        before = {"role": user.role, "active": user.is_active}
        user.role, user.is_active, user.held_at = Role.ADMINISTRATOR, True, None
        user.may_export = False
        cut_off(user, at=at)
        vouch(user, by=None, at=at)
        user.save()
        record(
            action=Action.ADMINISTRATOR_CONFIRMED,
            actor=actor,
            target=user,
            before=before,
            after={"role": user.role, "asked by": asked.asked_by.name},
            reason=asked.reason,
        )
    return user


def refuse(*, user_id: int, actor: User, at: datetime) -> User:
    """Refuse a request, or take one's own back. Raises `Refused`."""
    with transaction.atomic():
        user = locked_with_administrators(user_id=user_id, actor=actor)
        waiting = _waiting(at).filter(user=user)
        if not waiting.exists():
            raise Refused("Nobody asks for this now.")
        waiting.delete()
        record(action=Action.ADMINISTRATOR_REFUSED, actor=actor, target=user)
    return user


def _require_no_wall_falls(user: User) -> None:
    if user.role != Role.ADMINISTRATOR and (why := why_a_wall_falls(user)):
        raise Refused(why)


def _waiting(at: datetime) -> QuerySet[AdministratorRequest]:
    return AdministratorRequest.objects.filter(confirmed_at=None, expires_at__gt=at)

"""A lost phone: one administrator asks, another confirms, the person enrols again.

The first calls the person back on a number that was known before. The person gets a
mail at once, so that somebody who only pretends to have lost a phone is noticed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import BrowserSession, LostFactor, User
from accounts.signing_in.factors import factors_of, take_all_factors
from accounts.tokens.services import revoke_all
from accounts.vouching import why_not_two

GOOD_FOR = timedelta(hours=24)


class Refused(Exception):
    """It is not possible; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page of a user says about a lost factor.

    `waiting` is the request that waits for a second administrator; `may_ask` and
    `may_confirm` are for the administrator who reads.
    """

    has_factor: bool
    waiting: LostFactor | None
    may_ask: bool
    may_confirm: bool


def standing(*, user: User, reader: User, at: datetime) -> Standing:
    """Return how it stands with the factor of `user` for an administrator."""
    has_factor = factors_of(user).any
    waiting = (
        LostFactor.objects.filter(user=user, confirmed_at=None, expires_at__gt=at)
        .select_related("asked_by")
        .first()
    )
    is_other = reader.pk != user.pk
    return Standing(
        has_factor=has_factor,
        waiting=waiting,
        may_ask=has_factor and waiting is None and is_other,
        may_confirm=waiting is not None
        and is_other
        and waiting.asked_by_id != reader.pk,
    )


def ask(*, user: User, actor: User, reason: str, at: datetime) -> LostFactor:
    """Ask a second administrator to take away the factor of `user`.

    Raises `MissingCapability` or `Refused`.
    """
    require(actor, Capability.SEE_USERS)
    with transaction.atomic():
        require(_lock(user.pk, actor.pk)[actor.pk], Capability.SEE_USERS)
        if user.pk == actor.pk:
            raise Refused("Nobody asks this for their own account.")
        if not factors_of(user).any:
            raise Refused(f"{user.name} has no second factor.")
        open_ones = LostFactor.objects.filter(user=user, confirmed_at=None)
        if open_ones.filter(expires_at__gt=at).exists():
            raise Refused("This was asked already and waits for another administrator.")
        # What nobody confirmed in time makes room; the log keeps that it was asked.
        open_ones.delete()
        asked = LostFactor.objects.create(
            user=user,
            asked_by=actor,
            asked_at=at,
            expires_at=at + GOOD_FOR,
            reason=reason,
        )
        record(action=Action.FACTOR_LOST, actor=actor, target=user, reason=reason)
    return asked


def confirm(*, user: User, actor: User, at: datetime) -> LostFactor:
    """Take away the factor of `user`, as another administrator asked.

    Whoever asked must still be an administrator. Sessions and tokens of `user` end.
    Raises `MissingCapability` or `Refused`.
    """
    require(actor, Capability.SEE_USERS)
    waiting = LostFactor.objects.filter(user=user, confirmed_at=None, expires_at__gt=at)
    with transaction.atomic():
        askers = waiting.values_list("asked_by_id", flat=True)
        people = _lock(user.pk, actor.pk, *askers)
        require(people[actor.pk], Capability.SEE_USERS)
        locked = people[user.pk]
        asked = waiting.filter(asked_by__in=people).first()
        if asked is None or not people[asked.asked_by_id].can(Capability.SEE_USERS):
            raise Refused("Nobody asked for this in the last 24 hours.")
        if actor.pk in (asked.asked_by_id, user.pk):
            raise Refused("Another administrator has to confirm it.")
        if why := why_not_two(people[asked.asked_by_id], people[actor.pk], at=at):
            raise Refused(why)
        asked.confirmed_by, asked.confirmed_at = actor, at
        asked.save(update_fields=["confirmed_by", "confirmed_at"])
        take_all_factors(user=locked)
        locked.sessions_ended_at = at
        locked.save(update_fields=["sessions_ended_at"])
        BrowserSession.objects.filter(user=locked).delete()
        revoke_all(owner=locked, at=at)
        record(
            action=Action.FACTOR_TAKEN,
            actor=actor,
            target=user,
            after={"asked by": asked.asked_by.name},
            reason=asked.reason,
        )
    return asked


def _lock(*pks: int) -> dict[int, User]:
    """Requests and confirmations for one person wait for each other.

    Always in the order in which changes of rights lock, which they wait for too.
    """
    people = User.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return {user.pk: user for user in people}

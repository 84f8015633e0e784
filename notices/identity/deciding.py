"""A colleague says whether two people are one; the app never does."""

from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.choices import Answer, PairOrigin
from notices.models import IdentityPair, IdentityStep, Person


class IdentityError(ValueError):
    """It cannot be done as asked; the message says why, for people."""


@transaction.atomic
def put_side_by_side(
    *, one: Person, other: Person, actor: User, at: datetime
) -> IdentityPair:
    """Return the pair of two people whom `actor` may see, making it if it is new.

    Raises MissingCapability, and `IdentityError` for one person twice or a hidden one.
    """
    require(actor, Capability.RECORD_FACTS)
    if one.pk == other.pk:
        raise IdentityError("This is one person on record already.")
    if Person.objects.visible_to(actor).filter(pk__in=[one.pk, other.pk]).count() < 2:
        raise IdentityError("There is no such person.")
    left, right = sorted((one.pk, other.pk))
    pair, is_new = IdentityPair.objects.get_or_create(
        left_id=left,
        right_id=right,
        defaults={"origin": PairOrigin.HAND, "made_at": at},
    )
    if is_new:
        record(action=Action.PAIR_MADE, actor=actor, target=pair)
    return pair


@transaction.atomic
def answer(
    *, pair: IdentityPair, said: str, reason: str, actor: User, at: datetime
) -> IdentityStep:
    """Keep what `actor` says of a pair, and why. Any answer may follow any other.

    “Same” changes nothing by itself: a merge does. Raises MissingCapability, and
    `IdentityError` without a reason, for an unknown answer and for a hidden pair.
    """
    require(actor, Capability.RECORD_FACTS)
    reason = reason.strip()
    if said not in Answer.values:
        raise IdentityError("Choose same, different or unsure.")
    if not reason:
        raise IdentityError("Say why: what agrees, what speaks against it.")
    locked = (
        IdentityPair.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(pk=pair.pk)
        .first()
    )
    if locked is None:
        raise IdentityError("There is no such pair.")
    step = keep_step(pair=locked, said=Answer(said), reason=reason, actor=actor, at=at)
    record(
        action=Action.PAIR_ANSWERED,
        actor=actor,
        target=locked,
        after={"answer": step.answer},
        reason=reason,
    )
    return step


def keep_step(
    *, pair: IdentityPair, said: Answer, reason: str, actor: User, at: datetime
) -> IdentityStep:
    """Write a step of a locked pair and where it stands now."""
    pair.answer = said
    pair.save(update_fields=["answer"])
    return IdentityStep.objects.create(
        pair=pair, answer=said, reason=reason, author=actor, at=at
    )

"""Ends what was planned, warned of and acknowledged, on its day and not before."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import ExpiryState, RetentionKind
from cases.keeping.erase import Held, Why, erase_case
from cases.keeping.planning import ahead, current_rule, waits_because
from cases.keeping.things import KINDS, held_files
from cases.models import Expiry


@dataclass(frozen=True, slots=True)
class Ahead:
    """One planned expiry and why it waits, if its day has come and it does not go."""

    expiry: Expiry
    is_due: bool
    waits: str


def what_is_ahead(*, at: datetime) -> list[Ahead]:
    """Return all that is planned, the soonest first."""
    held = set(held_files())
    today = timezone.localdate(at)
    return [
        Ahead(
            expiry,
            expiry.due_on <= today,
            waits_because(expiry, held=expiry.case_id in held),
        )
        for expiry in ahead()
    ]


def expire_due(*, at: datetime) -> int:
    """End everything that is due and may go; return how many plans were carried out."""
    done = 0
    for one in what_is_ahead(at=at):
        if one.is_due and not one.waits:
            done += _end(one.expiry.pk, at)
    return done


def _end(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            expiry = Expiry.objects.select_for_update().get(pk=pk)
            if expiry.state != ExpiryState.AHEAD:
                return False
            if expiry.case is not None:
                _end_file(expiry, at)
            else:
                _end_kind(expiry, at)
    except Held:
        return False
    return True


def _end_file(expiry: Expiry, at: datetime) -> None:
    answered = expiry.warnings.order_by("acknowledged_at").last()
    why = Why(
        reason="Its time to be kept is over",
        rule=current_rule(expiry).words,
        asked_by=answered.acknowledged_by if answered else None,
        performed_by=None,
    )
    if expiry.case is not None:
        erase_case(case=expiry.case, why=why, at=at)


def _end_kind(expiry: Expiry, at: datetime) -> None:
    kind = KINDS[RetentionKind(expiry.kind)]
    count = kind.remove(kind.older_than(expiry.until or expiry.planned_at), at)
    expiry.state, expiry.ended_at, expiry.count = ExpiryState.DONE, at, count
    expiry.save(update_fields=["state", "ended_at", "count"])
    record(
        action=Action.EXPIRED,
        actor=None,
        target=expiry,
        after={"count": count, "older_than": expiry.until},
        reason=current_rule(expiry).words,
    )

"""Warning once, some days before a decision is due again."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import REVIEW_DECIDED, DeskAlertKind
from cases.models import DeskAlert, Review

DAYS = 7
_BATCH = 2000


def warn_of_due(*, today: date, at: datetime) -> int:
    """Tell both people of decisions that are due within a week; return how many.

    Each is told once of each day, whatever happens between: running it twice tells
    nobody twice.
    """
    ahead = Review.objects.filter(
        state__in=REVIEW_DECIDED,
        snoozed_until__gt=today,
        snoozed_until__lte=today + timedelta(days=DAYS),
    )
    told = 0
    last = 0
    while rows := list(
        ahead.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", "snoozed_until", "proposed_by", "decided_by")[:_BATCH]
    ):
        last = rows[-1][0]
        told += _warn(rows, at)
    return told


@transaction.atomic
def _warn(rows: list[tuple[Any, ...]], at: datetime) -> int:
    known = set(
        DeskAlert.objects.filter(
            kind=DeskAlertKind.RECHECK, review__in=[row[0] for row in rows]
        ).values_list("review", "due_on")
    )
    new = [row for row in rows if (row[0], row[1]) not in known]
    if not new:
        return 0
    # The constraint holds where two run at once; the later one finds it there.
    DeskAlert.objects.bulk_create(
        (
            DeskAlert(
                review_id=pk,
                user_id=person,
                kind=DeskAlertKind.RECHECK,
                due_on=due_on,
                at=at,
            )
            for pk, due_on, *people in new
            for person in people
        ),
        ignore_conflicts=True,
    )
    record(
        action=Action.REVIEW_WARNED,
        actor=None,
        after={"reviews": [row[0] for row in new]},
    )
    return len(new)

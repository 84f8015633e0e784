"""What the app does with reviews by itself: feeds changed a notice, a date has come, a
new screening moves one up or down in the list.

Many reviews move at once, so each step is a few statements, whatever their number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import REVIEW_DECIDED, ReviewAction, ReviewState, WhyHere
from cases.models import BeatTick, Review, ReviewTransition
from cases.review.applying import rank_of
from cases.review.table import MOVES_OF_APP
from notices.models import Screening

BATCH = 2000
RANKED = "inbox-order"
# What of a notice says where it stands.
RANKING = ("urgency", "concern", "evidence_band")
# A screening can be committed this long after the time that stands on it.
LONGEST_SCREENING = timedelta(hours=2)

_MOVE = """
    UPDATE cases_review AS review
    SET state = told.state, why = told.why, why_detail = told.detail, why_at = %s,
        rank = told.rank, version = review.version + 1,
        outcome = CASE WHEN told.opens THEN '' ELSE outcome END,
        reason_code = CASE WHEN told.opens THEN '' ELSE reason_code END,
        proposed_by_id = CASE WHEN told.opens THEN NULL ELSE proposed_by_id END,
        decided_by_id = CASE WHEN told.opens THEN NULL ELSE decided_by_id END,
        decided_at = CASE WHEN told.opens THEN NULL ELSE decided_at END,
        snoozed_until = CASE WHEN told.opens THEN NULL ELSE snoozed_until END,
        second_reader_id = CASE WHEN told.opens THEN NULL ELSE second_reader_id END,
        is_blind = is_blind AND NOT told.opens
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bool[])
        AS told (id, state, why, detail, rank, opens)
    WHERE review.id = told.id
"""
_RANK = """
    UPDATE cases_review AS review SET rank = told.rank
    FROM unnest(%s::bigint[], %s::int[]) AS told (id, rank)
    WHERE review.id = told.id
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the app: the locked review, with its notice, and why it is here now."""

    review: Review
    why: WhyHere
    detail: str
    reason: str


def move_by_app(*, action: ReviewAction, steps: Sequence[Step], at: datetime) -> None:
    """Take the same step with many reviews, and write it down as the app's.

    Needs a transaction and locked reviews. A decided or snoozed review waits again; its
    earlier outcome stays in the transitions.
    """
    if not steps:
        return
    rows = [_row(action, step) for step in steps]
    written = _written(action, steps, rows, at)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE, [at, *(list(column) for column in zip(*rows, strict=True))]
        )
    ReviewTransition.objects.bulk_create(written)
    record(
        action=Action.REVIEW_MOVED,
        actor=None,
        after={"step": action, "reviews": [step.review.pk for step in steps]},
    )


def _row(action: ReviewAction, step: Step) -> tuple[int, str, str, str, int, bool]:
    review = step.review
    to = MOVES_OF_APP[review.state, action]
    opens = to != review.state
    review.why, review.why_detail = step.why, step.detail[:200]
    return review.pk, to, step.why, review.why_detail, rank_of(review), opens


def _written(
    action: ReviewAction,
    steps: Sequence[Step],
    rows: Sequence[tuple[int, str, str, str, int, bool]],
    at: datetime,
) -> list[ReviewTransition]:
    screenings = dict(
        Screening.objects.filter(
            notice__in=[step.review.notice_id for step in steps], is_current=True
        ).values_list("notice_id", "pk")
    )
    return [
        ReviewTransition(
            review=step.review,
            action=action,
            from_state=step.review.state,
            to_state=row[1],
            version=step.review.version + 1,
            at=at,
            outcome=step.review.outcome,
            reason=step.reason,
            screening_id=screenings.get(step.review.notice_id),
        )
        for step, row in zip(steps, rows, strict=True)
    ]


def wake_due(*, today: date, at: datetime) -> int:
    """Let reviews wait again whose day has come; return how many.

    Running it twice finds nothing the second time.
    """
    due = Review.objects.filter(
        snoozed_until__lte=today, state__in=[ReviewState.SNOOZED, *REVIEW_DECIDED]
    )
    woken = 0
    while True:
        with transaction.atomic():
            # Rows that are locked are at work elsewhere; they are found next time.
            reviews = list(
                due.select_for_update(skip_locked=True, of=("self",))
                .select_related("notice")
                .order_by("pk")[:BATCH]
            )
            if not reviews:
                return woken
            move_by_app(action=ReviewAction.WAKE, steps=list(_due(reviews)), at=at)
            woken += len(reviews)


def _due(reviews: Iterable[Review]) -> Iterator[Step]:
    for review in reviews:
        was_decided = review.state in REVIEW_DECIDED
        detail = f"was: {review.get_state_display().lower()}" if was_decided else ""
        yield Step(review, WhyHere.DUE, detail, "The day to look again has come.")


def rerank(*, at: datetime) -> int:
    """Put reviews where a newer screening of their notice wants them; return how many.

    Looks at the screenings made since it last ran. Safe to repeat.
    """
    last = BeatTick.objects.filter(name=RANKED).values_list("at", flat=True).first()
    made = Screening.objects.filter(is_current=True)
    if last is not None:
        made = made.filter(made_at__gte=last - LONGEST_SCREENING)
    notices = iter(made.order_by("pk").values_list("notice_id", flat=True))
    moved = 0
    while some := list(islice(notices, BATCH)):
        moved += _rerank(some)
    BeatTick.objects.update_or_create(name=RANKED, defaults={"at": at})
    return moved


@transaction.atomic
def _rerank(notices: Sequence[int]) -> int:
    reviews = (
        Review.objects.filter(notice__in=notices)
        .select_for_update(of=("self",))
        .select_related("notice")
        .only("rank", "is_urgent", "why", *(f"notice__{name}" for name in RANKING))
        .order_by("pk")
    )
    moved = [
        (review.pk, wanted)
        for review in reviews
        if (wanted := rank_of(review)) != review.rank
    ]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_RANK, [list(column) for column in zip(*moved, strict=True)])
    return len(moved)

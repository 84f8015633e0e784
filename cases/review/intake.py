"""What the feeds did becomes work for people.

`take_in` consumes the `NoticeChange` rows that nobody consumed yet: a notice without a
review gets one; a decided or snoozed review opens again; an open one says what is new.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from cases.choices import REVIEW_DECIDED, ReviewAction, ReviewState, WhyHere
from cases.models import Review, ReviewTransition
from cases.review.services import clear_outcome, rank_of
from notices.choices import ChangeKind
from notices.models import Notice, NoticeChange
from notices.wording import FIELD_NAMES

BATCH = 5000
WHY: Mapping[str, WhyHere] = {
    ChangeKind.NEW: WhyHere.NEW,
    ChangeKind.CHANGED: WhyHere.CHANGED,
    ChangeKind.NO_LONGER_LISTED: WhyHere.NO_LONGER_LISTED,
    ChangeKind.BACK: WhyHere.BACK,
}
# What a person should read first when several things happened at once.
FIRST_TO_TELL = (WhyHere.BACK, WhyHere.NO_LONGER_LISTED, WhyHere.CHANGED, WhyHere.NEW)
OPENS_AGAIN = (*REVIEW_DECIDED, ReviewState.SNOOZED)


@dataclass(slots=True)
class News:
    """What happened to one notice."""

    kinds: set[WhyHere] = field(default_factory=set)
    fields: list[str] = field(default_factory=list)

    @property
    def why(self) -> WhyHere:
        return next(kind for kind in FIRST_TO_TELL if kind in self.kinds)

    @property
    def detail(self) -> str:
        return ", ".join(dict.fromkeys(self.fields))[:200]


def take_in(*, at: datetime) -> int:
    """Consume the waiting changes; return how many reviews were made or moved.

    Safe to run twice and at the same time: each change is consumed once.
    """
    moved = 0
    while True:
        with transaction.atomic():
            # Rows that are locked belong to another run, which will consume them.
            changes = list(
                NoticeChange.objects.filter(consumed_at=None)
                .select_for_update(skip_locked=True)
                .order_by("pk")
                .values("pk", "notice_id", "kind", "field")[:BATCH]
            )
            if not changes:
                return moved
            moved += _take(_news(changes), at)
            NoticeChange.objects.filter(pk__in=[row["pk"] for row in changes]).update(
                consumed_at=at
            )


def _news(changes: Sequence[Mapping[str, str]]) -> dict[int, News]:
    news: dict[int, News] = defaultdict(News)
    for change in changes:
        why = WHY.get(change["kind"])
        if why is None:
            continue
        told = news[int(change["notice_id"])]
        told.kinds.add(why)
        if why == WhyHere.CHANGED:
            told.fields.append(FIELD_NAMES.get(change["field"], change["field"]))
    return dict(news)


def _take(news: Mapping[int, News], at: datetime) -> int:
    known = {
        review.notice_id: review
        for review in Review.objects.filter(notice_id__in=news)
        .select_for_update(of=("self",))
        .select_related("notice")
    }
    fresh = [
        _tell(Review(notice=notice), news[notice.pk], at)
        for notice in Notice.objects.filter(pk__in=news.keys() - known.keys())
        .only("pk", "concern", "evidence_band", "urgency")
        .order_by("pk")
    ]
    Review.objects.bulk_create(fresh, ignore_conflicts=True)
    steps = []
    for notice_id, review in known.items():
        before = review.state
        _tell(review, news[notice_id], at)
        if before in OPENS_AGAIN:
            steps.append(_open_again(review, before, at))
    Review.objects.bulk_update(
        known.values(),
        [
            "state", "why", "why_detail", "why_at", "rank", "version", "outcome",
            "reason_code", "proposed_by", "decided_by", "decided_at", "snoozed_until",
        ],
        batch_size=500,
    )  # fmt: skip
    ReviewTransition.objects.bulk_create(steps)
    return len(fresh) + len(known)


def _tell(review: Review, news: News, at: datetime) -> Review:
    review.why, review.why_detail, review.why_at = news.why, news.detail, at
    review.rank = rank_of(review)
    return review


def _open_again(review: Review, before: str, at: datetime) -> ReviewTransition:
    """The earlier outcome stays in the transitions; the review waits again."""
    step = ReviewTransition(
        review=review,
        action=ReviewAction.WAKE,
        from_state=before,
        to_state=ReviewState.WAITING,
        version=review.version + 1,
        at=at,
        outcome=review.outcome,
        reason=f"The notice changed: {review.get_why_display()}"
        + (f", {review.why_detail}" if review.why_detail else ""),
    )
    review.state = ReviewState.WAITING
    review.version += 1
    clear_outcome(review)
    return step

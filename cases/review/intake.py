"""What the feeds did becomes work for people.

`take_in` consumes the `NoticeChange` rows that nobody consumed yet: a notice without a
review gets one; a decided or snoozed review opens again; an open one says what is new.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from cases.choices import REVIEW_OPEN, ReviewAction, WhyHere
from cases.models import Review
from cases.review.applying import rank_of
from cases.review.by_app import RANKING, Step, move_by_app
from notices.choices import ChangeKind
from notices.ingest.copying import copy_in
from notices.models import Notice, NoticeChange
from notices.wording import FIELD_NAMES

BATCH = 10_000
# Of Postgres' advisory locks: one intake at a time, so that none makes a review twice.
LOCK = 718_201
WHY: Mapping[str, WhyHere] = {
    ChangeKind.NEW: WhyHere.NEW,
    ChangeKind.CHANGED: WhyHere.CHANGED,
    ChangeKind.NO_LONGER_LISTED: WhyHere.NO_LONGER_LISTED,
    ChangeKind.BACK: WhyHere.BACK,
}
# What a person should read first when several things happened at once.
FIRST_TO_TELL = (WhyHere.BACK, WhyHere.NO_LONGER_LISTED, WhyHere.CHANGED, WhyHere.NEW)
_COLUMNS = (
    "notice_id", "state", "why", "why_detail", "why_at", "rank", "is_urgent",
    "version", "outcome", "reason_code",
)  # fmt: skip


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
    while (done := _take_batch(at)) is not None:
        moved += done
    return moved


@transaction.atomic
def _take_batch(at: datetime) -> int | None:
    """Take one batch; None if no change waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    waiting = NoticeChange.objects.filter(consumed_at=None).order_by("pk")
    changes = list(waiting.values("pk", "notice_id", "kind", "field")[:BATCH])
    if not changes:
        return None
    news = _news(changes)
    known = list(
        Review.objects.filter(notice__in=news)
        .select_for_update(of=("self",))
        .select_related("notice")
        .order_by("pk")
    )
    move_by_app(
        action=ReviewAction.CHANGE,
        steps=[_step(review, news[review.notice_id]) for review in known],
        at=at,
    )
    fresh = news.keys() - {review.notice_id for review in known}
    copy_in("cases_review", _COLUMNS, _fresh(fresh, news, at))
    NoticeChange.objects.filter(pk__in=[row["pk"] for row in changes]).update(
        consumed_at=at
    )
    return len(news)


def _news(changes: Sequence[Mapping[str, Any]]) -> dict[int, News]:
    news: dict[int, News] = defaultdict(News)
    for change in changes:
        why = WHY.get(change["kind"])
        if why is None:
            continue
        told = news[change["notice_id"]]
        told.kinds.add(why)
        if why == WhyHere.CHANGED:
            told.fields.append(FIELD_NAMES.get(change["field"], change["field"]))
    return dict(news)


def _step(review: Review, news: News) -> Step:
    """Say what is new; an open review also keeps what nobody has dealt with yet."""
    said = f"{news.why.label}: {news.detail}" if news.detail else news.why.label
    if review.state in REVIEW_OPEN and review.why == news.why and review.why_detail:
        news.fields = [*review.why_detail.split(", "), *news.fields]
    return Step(review, news.why, news.detail, said)


def _fresh(
    notices: set[int], news: Mapping[int, News], at: datetime
) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of a new review for each notice."""
    rows = Notice.objects.filter(pk__in=notices).only(*RANKING).order_by("pk")
    for notice in rows:
        told = news[notice.pk]
        is_new = WhyHere.NEW in told.kinds
        review = Review(notice=notice, why=WhyHere.NEW if is_new else told.why)
        detail = "" if is_new else told.detail
        yield (
            notice.pk, review.state, review.why, detail, at, rank_of(review), False,
            0, "", "",
        )  # fmt: skip

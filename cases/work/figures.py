"""Who has how much in hand, and how long things wait: for who works the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.bulk.services import may_undo
from cases.choices import BulkState, ReviewState
from cases.desk.counting import capped_counts
from cases.models import Bulk, Review, TranslationWish
from notices.models import Translation

# Older than this in somebody's hands stands out.
LONG = timedelta(days=14)
SHOWN = 20
AGES = (
    ("under a day", None, timedelta(days=1)),
    ("1 to 7 days", timedelta(days=1), timedelta(days=7)),
    ("7 to 30 days", timedelta(days=7), timedelta(days=30)),
    ("over 30 days", timedelta(days=30), None),
)


@dataclass(frozen=True, slots=True)
class Load:
    """What one colleague has: being assessed, waiting for a second reader."""

    person: User
    assessing: int
    proposed: int
    oldest: datetime | None
    is_long: bool


def loads(*, reader: User, at: datetime) -> list[Load]:
    """Return everybody who can have work, who has the oldest first; three queries.

    Counts hold only notices that `reader` may see.
    """
    reviews = Review.objects.visible_to(reader)
    held: dict[int, Mapping[str, Any]] = {
        row["assignee"]: row
        for row in reviews.filter(assignee__isnull=False)
        .order_by()
        .values("assignee")
        .annotate(number=Count("pk"), oldest=Min("assigned_at"))
    }
    waiting = dict(
        reviews.filter(state__in=[ReviewState.PROPOSED, ReviewState.DIFFERING])
        .order_by()
        .values_list("proposed_by")
        .annotate(number=Count("pk"))
    )
    able = Q(is_active=True, role__in=roles_with(Capability.PROPOSE))
    people = User.objects.filter(able | Q(pk__in=[*held, *waiting])).order_by("name")
    found = [_load(person, held.get(person.pk), waiting, at) for person in people]
    return sorted(found, key=lambda one: one.oldest or at)


def _load(
    person: User,
    held: Mapping[str, Any] | None,
    waiting: Mapping[int | None, int],
    at: datetime,
) -> Load:
    oldest = held["oldest"] if held else None
    return Load(
        person,
        held["number"] if held else 0,
        waiting.get(person.pk, 0),
        oldest,
        oldest is not None and at - oldest > LONG,
    )


def ages(*, reader: User, at: datetime) -> list[tuple[str, int, int]]:
    """Return how many wait for review and for a second person, by how long."""
    reviews = Review.objects.visible_to(reader)
    asked: list[QuerySet[Review]] = []
    for states in (
        [ReviewState.WAITING],
        [ReviewState.PROPOSED, ReviewState.DIFFERING],
    ):
        rows = reviews.filter(state__in=states)
        asked += [_of_age(rows, newer, older, at) for _, newer, older in AGES]
    numbers = capped_counts(asked)
    half = len(AGES)
    return [
        (words, numbers[n], numbers[half + n]) for n, (words, _, _) in enumerate(AGES)
    ]


def _of_age(
    rows: QuerySet[Review],
    least: timedelta | None,
    most: timedelta | None,
    at: datetime,
) -> QuerySet[Review]:
    if least is not None:
        rows = rows.filter(why_at__lte=at - least)
    return rows if most is None else rows.filter(why_at__gt=at - most)


def in_hand(reader: User) -> list[Review]:
    """Return what `reader` has, the longest first."""
    mine = Review.objects.visible_to(reader).filter(assignee=reader)
    rows = mine.select_related("notice__person").order_by("assigned_at", "pk")
    return list(rows[:SHOWN])


def wishes(reader: User) -> Sequence[TranslationWish]:
    """Return the translations that are asked for, the oldest first."""
    made = Translation.objects.filter(
        notice=OuterRef("review__notice"), added_at__gte=OuterRef("asked_at")
    )
    rows = (
        TranslationWish.objects.visible_to(reader)
        .filter(ended_at=None)
        .annotate(is_answered=Exists(made))
    )
    return list(rows.select_related("review__notice__person", "asked_by")[:SHOWN])


def recent_bulks(reader: User, *, at: datetime) -> list[tuple[Bulk, bool]]:
    """Return what `reader` did with many lately, and whether it can be undone still."""
    rows = Bulk.objects.visible_to(reader).exclude(state=BulkState.PREVIEW)
    return [(one, may_undo(one, at=at)) for one in rows[:5]]

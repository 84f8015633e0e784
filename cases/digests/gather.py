"""What a reader has not been told yet: read-only queries, no words.

An event belongs to the first follow that it fits: a person before a filter before a
country, so that it stands under the most telling reason. It is told when no digest of
this reader holds it and it is at most 35 days old; a cursor instead would miss an event
that was committed late under a lower number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from accounts.models import User
from cases.choices import FollowKind, Outcome, ReviewState
from cases.models import (
    CaseNote,
    DigestItem,
    DigestSetting,
    Follow,
    ReviewTransition,
)
from cases.review.filters import reviews_matching
from cases.review.table import DECIDING
from notices.choices import ChangeKind, Confidentiality, RunState
from notices.models import NoticeChange

REACH = timedelta(days=35)
# A notice that was missing once may only have been missed.
TOLD = tuple(kind for kind in ChangeKind if kind != ChangeKind.MISSING)
FLAGGED = "flagged"
# What a reader would not want to miss stands before what there is most of.
WEIGHTS = {
    FLAGGED: 5,
    ChangeKind.NO_LONGER_LISTED: 4,
    ChangeKind.BACK: 3,
    ChangeKind.CHANGED: 2,
    ChangeKind.NEW: 1,
    ChangeKind.UNDONE: 0,
}
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Event:
    """`source` is the field of `DigestItem` that points to row `pk`; `weight` orders
    events of a follow, the lightest last.
    """

    source: str
    pk: int
    at: datetime
    weight: int
    is_public: bool


@dataclass(frozen=True, slots=True)
class NoteEvent:
    pk: int
    case_id: int


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that happened to notices; `notice` is the path to the notice, `kind` what
    happened, one of `WEIGHTS`.
    """

    field: str
    rows: QuerySet[Any]
    notice: str
    kind: Combinable


@dataclass(frozen=True, slots=True)
class Gathered:
    """Events by follow, heaviest and newest first, and new notes of case files."""

    by_follow: tuple[tuple[Follow, list[Event]], ...]
    notes: list[NoteEvent]

    @property
    def is_empty(self) -> bool:
        return not self.by_follow and not self.notes


def changes_open_to(reader: User) -> QuerySet[NoticeChange]:
    """Return the changes that `reader` may be told."""
    return NoticeChange.objects.visible_to(reader).filter(kind__in=TOLD)


def changes_to_tell(reader: User) -> QuerySet[NoticeChange]:
    """Return the changes that are news to `reader`: none of an import that was undone.

    That it was undone is news only to those who were told what it said.
    """
    told = DigestItem.objects.filter(
        reader=reader, change__run=OuterRef("run"), change__notice=OuterRef("notice")
    )
    stands = Q(run=None) | ~Q(run__state=RunState.UNDONE)
    return changes_open_to(reader).filter(
        (stands & ~Q(kind=ChangeKind.UNDONE))
        | (Q(kind=ChangeKind.UNDONE) & Exists(told))
    )


def flags_open_to(reader: User) -> QuerySet[ReviewTransition]:
    """Return the flags of two people that still stand, for readers of findings."""
    return ReviewTransition.objects.visible_to(reader).filter(
        action__in=DECIDING,
        outcome=Outcome.FLAGGED,
        to_state=ReviewState.FLAGGED,
        review__state=ReviewState.FLAGGED,
    )


def notes_open_to(reader: User) -> QuerySet[CaseNote]:
    """Return what colleagues wrote in the case files that `reader` is named on."""
    named = reader.case_memberships.current().values("case_id")
    return (
        CaseNote.objects.visible_to(reader)
        .filter(case__in=named)
        .exclude(author=reader)
    )


def gather(*, setting: DigestSetting, at: datetime) -> Gathered:
    """Collect what is new for the reader of `setting` up to `at`."""
    reader = setting.reader
    follows = list(Follow.objects.visible_to(reader).select_related("country"))
    found: dict[int, list[Event]] = {follow.pk: [] for follow in follows}
    for source in sources(reader):
        untold = source.rows.filter(~_told(source.field, reader))
        for follow, event in matches(_at_most(source, untold, at), follows, reader):
            found[follow.pk].append(event)
    for events in found.values():
        events.sort(key=lambda one: (one.weight, one.at, one.pk), reverse=True)
    return Gathered(
        by_follow=tuple(
            (one, found[one.pk]) for one in _ordered(follows) if found[one.pk]
        ),
        notes=_new_notes(setting, at),
    )


def sources(reader: User) -> tuple[Source, Source]:
    """Return where events about notices come from, as `reader` may see them."""
    return (
        Source("change", changes_to_tell(reader), "notice", F("kind")),
        Source("flag", flags_open_to(reader), "review__notice", Value(FLAGGED)),
    )


def matches(
    source: Source, follows: Sequence[Follow], reader: User
) -> Iterator[tuple[Follow, Event]]:
    """Yield each event of `source` once, with the follow it belongs to.

    One query for all people, one for each filter, one for all countries, whatever the
    number of events; rows are streamed.
    """
    seen: set[int] = set()
    for condition, lane in _lanes(source.notice, follows, reader):
        for pk, at, kind, person, issuers, level in _rows(source, condition, lane):
            if pk in seen:
                continue
            for follow in lane:
                if follow.created_at <= at and _fits(follow, person, issuers):
                    seen.add(pk)
                    is_public = level == Confidentiality.PUBLIC
                    event = Event(source.field, pk, at, WEIGHTS[kind], is_public)
                    yield follow, event
                    break


def _lanes(
    notice: str, follows: Sequence[Follow], reader: User
) -> Iterator[tuple[Q, list[Follow]]]:
    """Yield a condition on the notice and the follows that it may be for."""
    of = {kind: [one for one in follows if one.kind == kind] for kind in FollowKind}
    if people := of[FollowKind.PERSON]:
        numbers = [one.person_id for one in people]
        yield Q(**{f"{notice}__person__in": numbers}), people
    for one in of[FollowKind.FILTER]:
        reviews = reviews_matching(one.query, reader)
        yield Q(**{f"{notice}__in": reviews.values("notice_id")}), [one]
    if countries := of[FollowKind.COUNTRY]:
        codes = [one.country_id for one in countries]
        yield Q(**{f"{notice}__issuers__overlap": codes}), countries


def _fits(follow: Follow, person: int, issuers: Sequence[str]) -> bool:
    if follow.kind == FollowKind.PERSON:
        return follow.person_id == person
    # What a filter means, its query has said already.
    return follow.kind == FollowKind.FILTER or follow.country_id in issuers


def _rows(
    source: Source, condition: Q, lane: Sequence[Follow]
) -> Iterator[tuple[Any, ...]]:
    notice = source.notice
    return (
        source.rows.filter(condition, at__gte=min(one.created_at for one in lane))
        .order_by()
        .values_list(
            "pk",
            "at",
            source.kind,
            f"{notice}__person",
            f"{notice}__issuers",
            f"{notice}__confidentiality",
        )
        .iterator(_CHUNK)
    )


def _at_most(source: Source, rows: QuerySet[Any], at: datetime) -> Source:
    window = rows.filter(at__lte=at, at__gte=at - REACH)
    return replace(source, rows=window)


def _new_notes(setting: DigestSetting, at: datetime) -> list[NoteEvent]:
    reader = setting.reader
    rows = (
        notes_open_to(reader)
        .filter(
            ~_told("note", reader),
            written_at__lte=at,
            written_at__gte=max(at - REACH, setting.created_at),
        )
        .order_by("pk")
        .values_list("pk", F("case_id"))
    )
    return [NoteEvent(pk, case_id) for pk, case_id in rows.iterator(_CHUNK)]


def _told(field: str, reader: User) -> Exists:
    return Exists(
        DigestItem.objects.filter(**{"reader": reader, field: OuterRef("pk")})
    )


def _ordered(follows: Sequence[Follow]) -> list[Follow]:
    rank = [FollowKind.PERSON, FollowKind.FILTER, FollowKind.COUNTRY]
    return sorted(follows, key=lambda one: (rank.index(FollowKind(one.kind)), one.pk))

"""Everything that hands did to a notice, in one row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.models import User
from cases.models import ReviewTransition
from notices.choices import PROTECTED_FACTS, ChangeKind
from notices.models import (
    Judgement,
    Notice,
    NoticeChange,
    PersonFact,
    Translation,
)
from notices.screening.facts import fact_label
from notices.wording import FIELD_NAMES

# How far back each kind of entry goes.
MOST = 100


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happened; `who` is empty where no person did it."""

    at: datetime
    who: str
    what: str
    words: str = ""
    step: ReviewTransition | None = None

    @property
    def is_decision(self) -> bool:
        return self.step is not None and self.step.action in ("propose", "confirm")


def history_of(notice: Notice, user: User) -> list[Deed]:
    """Return what happened to `notice`, as far as `user` may see it, latest first."""
    deeds = [
        *_steps(notice, user),
        *_words(notice, user),
        *_translations(notice, user),
        *_facts(notice, user),
        *_listed(notice, user),
    ]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)[:MOST]


def _steps(notice: Notice, user: User) -> Iterator[Deed]:
    rows = (
        ReviewTransition.objects.visible_to(user)
        .filter(review__notice=notice)
        .select_related("actor")
        .order_by("-version")
    )
    for one in rows[:MOST]:
        what = f"{one.get_action_display()}: {one.get_to_state_display()}"
        yield Deed(one.at, one.actor.name if one.actor else "", what, step=one)


def _words(notice: Notice, user: User) -> Iterator[Deed]:
    rows = (
        Judgement.objects.visible_to(user)
        .filter(notice=notice)
        .select_related("author")
        .order_by("-made_at")
    )
    for one in rows[:MOST]:
        what = f"{one.get_verdict_display()}: finding {one.indicator}"
        yield Deed(one.made_at, one.author.name, what, one.reason)
        if one.withdrawn_at:
            taken = f"Word on finding {one.indicator} taken back"
            yield Deed(one.withdrawn_at, one.author.name, taken)


def _translations(notice: Notice, user: User) -> Iterator[Deed]:
    rows = Translation.objects.visible_to(user).filter(notice=notice)
    for one in rows.select_related("added_by")[:MOST]:
        what = f"Translation by {one.translator} added"
        yield Deed(one.added_at, one.added_by.name, what, one.text)


def _facts(notice: Notice, user: User) -> Iterator[Deed]:
    """Facts about the person, but for those whose every reading is recorded."""
    rows = (
        PersonFact.objects.visible_to(user)
        .filter(person=notice.person_id)
        .exclude(kind__in=PROTECTED_FACTS)
        .select_related("country", "against", "recorded_by")
        .order_by("-recorded_at")
    )
    for one in rows[:MOST]:
        what = f"Fact recorded: {fact_label(one)}"
        yield Deed(one.recorded_at, one.recorded_by.name, what, f"Source: {one.source}")


def _listed(notice: Notice, user: User) -> Iterable[Deed]:
    """What the feeds said; the fields of one version make one entry."""
    rows = (
        NoticeChange.objects.visible_to(user)
        .filter(notice=notice)
        .order_by("-at")[:MOST]
    )
    for (at, kind), group in groupby(rows, key=lambda one: (one.at, one.kind)):
        fields = [FIELD_NAMES.get(one.field, one.field) for one in group if one.field]
        if kind == ChangeKind.CHANGED:
            what = f"Changed: {', '.join(dict.fromkeys(fields))}"
        else:
            what = ChangeKind(kind).label
        yield Deed(at, "", what)

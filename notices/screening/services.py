"""Screens stored notices: many at a time, idempotent, stoppable at any point."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from notices.choices import Confidentiality
from notices.context.affairs import co_accused
from notices.context.loading import Sharing
from notices.identity.shared import group_of
from notices.models import CopiedText, Judgement, Notice, Person, PersonFact, Screening
from notices.screening.in_use import version_in_use
from notices.screening.inputs import read_notices, sharing_of
from notices.screening.rules import assess
from notices.screening.ruleset import Ruleset, load
from notices.screening.store import store
from notices.screening.types import Assessment, NoticeFacts

# Notices are locked and written in groups of this size; a stop loses one group at most.
GROUP = 1_000
# Called with the number of notices that were looked at so far.
Progress = Callable[[int], None]
MOST_NAMED = 200


@dataclass(slots=True)
class ScreenReport:
    """How many notices were screened, how many came out otherwise than before, and the
    bands they stand in: `by_band` for the inbox, `outputs` for each output by itself.

    `moves` says how the outputs move, and `changed_ids` which notices: the first ones.
    """

    screened: int = 0
    changed: int = 0
    by_band: Counter[str] = field(default_factory=Counter)
    outputs: dict[str, Counter[str]] = field(default_factory=dict)
    moves: dict[str, Counter[str]] = field(default_factory=dict)
    changed_ids: list[int] = field(default_factory=list)

    def add(
        self,
        pk: int,
        assessment: Assessment,
        stored: Screening | None,
        *,
        changed: bool,
    ) -> None:
        self.screened += 1
        self.changed += changed
        self.by_band[assessment.band] += 1
        for (name, band), before in zip(
            _bands(assessment).items(), _bands_before(stored), strict=True
        ):
            self.outputs.setdefault(name, Counter())[band] += 1
            if changed and before != band:
                move = f"{before} > {band}"
                self.moves.setdefault(name, Counter())[move] += 1
        if changed and len(self.changed_ids) < MOST_NAMED:
            self.changed_ids.append(pk)


def screen_notices(
    *,
    notice_ids: Sequence[int] | None,
    at: datetime,
    everything: bool = False,
    version: str | None = None,
    progress: Progress | None = None,
) -> ScreenReport:
    """Screen `notice_ids`, or all that changed since their screening, at time `at`.

    A notice whose facts and rules are those of its current screening keeps it; else a
    new one becomes current and the old one stays. `everything` looks at all notices.
    Where many people come to be sought in one text, others with it follow. Running it
    again, or after a stop, does what is left. Raises UnknownRules for a `version` that
    does not exist.
    """
    rules = load(version or version_in_use())
    report = ScreenReport()
    follow: dict[str, Sharing] = {}
    for group in _groups(notice_ids, rules, everything=everything):
        follow |= screen_group(group, rules, at, report)
        if progress is not None:
            progress(report.screened)
    screen_sharing(follow, rules, at)
    return report


def screen_sharing(moved: Mapping[str, Sharing], rules: Ruleset, at: datetime) -> None:
    """Screen all notices in texts that more or fewer people share than was noted.

    Then note it: after a stop before that, the next screening of one of them does it.
    """
    ids = {pk for one in moved.values() for pk, _, _ in one.rows}
    for group in _slices(sorted(ids)):
        screen_group(group, rules, at, ScreenReport())
    CopiedText.objects.bulk_create(
        [CopiedText(fingerprint=text, people=one.step) for text, one in moved.items()],
        update_conflicts=True,
        unique_fields=["fingerprint"],
        update_fields=["people"],
    )


@transaction.atomic
def screen_person(*, person: int, at: datetime) -> None:
    """Screen every notice of a person, by id, after what is known of them changed.

    Also those of people whom merges take as one with them. Others in their matters or
    sought in the same words follow: what became of one is context of all.
    """
    # While the person is locked no other fact of theirs is recorded or withdrawn.
    Person.objects.select_for_update(no_key=True).get(pk=person)
    rules = load(version_in_use())
    notices = Notice.objects.filter(person__in=group_of(person))
    ids = set(notices.values_list("pk", flat=True))
    if rules.context is not None:
        shared = sharing_of(sorted(ids), rules.context).values()
        # All at once: who locks notices in two steps may wait for somebody who waits.
        ids |= {
            pk
            for one in shared
            if one.people <= rules.context.most_people
            for pk, _, _ in one.rows
        }
        ids |= _of_people(co_accused([person])[person])
    screen_notices(notice_ids=list(ids), at=at, version=rules.version)


def screen_people(*, people: Iterable[int], at: datetime) -> None:
    """Screen the notices of people, by id, after a matter tied them or let one go."""
    screen_notices(notice_ids=list(_of_people(people)), at=at)


def _of_people(people: Iterable[int]) -> set[int]:
    rows = Notice.objects.filter(person__in=list(people))
    return set(rows.values_list("pk", flat=True))


def compare_screenings(
    *, version: str | None = None, at: datetime, progress: Progress | None = None
) -> ScreenReport:
    """Count what rule set `version` would change in the current screenings; saves
    nothing.

    Raises UnknownRules for a `version` that does not exist.
    """
    rules = load(version or version_in_use())
    report = ScreenReport()
    for group in _groups(None, rules, everything=True):
        compare_group(group, rules, at, report)
        if progress is not None:
            progress(report.screened)
    return report


def compare_group(
    group: Sequence[int],
    rules: Ruleset,
    at: datetime,
    report: ScreenReport,
    *,
    only_open: bool = False,
) -> None:
    """Add to `report` what `rules` would change in a group of notices.

    `only_open` leaves out those that only named people see.
    """
    stored = _current(group)
    closed = _closed(group) if only_open else frozenset()
    for pk, one in read_notices(group, rules=rules, on=at.date()).facts.items():
        if pk not in closed:
            assessment = assess(one, rules, count_suggestions=False)
            known = stored.get(pk)
            report.add(pk, assessment, known, changed=_differs(known, assessment))


def notices_to_screen(rules: Ruleset) -> QuerySet[Notice]:
    """Return notices whose present state has no current screening under `rules`."""
    current = Screening.objects.filter(
        notice=OuterRef("pk"),
        is_current=True,
        rules_version=rules.version,
        made_at__gte=OuterRef("last_changed"),
    )
    newer_fact = PersonFact.objects.filter(
        Q(recorded_at__gt=OuterRef("screened_at"))
        | Q(withdrawn_at__gt=OuterRef("screened_at")),
        person=OuterRef("notice__person"),
    )
    newer_word = Judgement.objects.filter(
        Q(made_at__gt=OuterRef("screened_at"))
        | Q(withdrawn_at__gt=OuterRef("screened_at")),
        notice=OuterRef("notice"),
    )
    outdated = (
        Screening.objects.filter(notice=OuterRef("pk"), is_current=True)
        .annotate(screened_at=F("made_at"))
        .filter(Exists(newer_fact) | Exists(newer_word))
    )
    return Notice.objects.filter(~Exists(current) | Exists(outdated))


def _groups(
    notice_ids: Sequence[int] | None, rules: Ruleset, *, everything: bool
) -> Iterator[Sequence[int]]:
    """Yield ids of notices in ascending order, a group at a time."""
    if notice_ids is not None:
        yield from _slices(sorted(set(notice_ids)))
        return
    wanted = Notice.objects.all() if everything else notices_to_screen(rules)
    last = 0
    while group := next_group(wanted, last):
        yield group
        last = group[-1]


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), GROUP):
        yield ids[start : start + GROUP]


def next_group(wanted: QuerySet[Notice], last: int) -> list[int]:
    """Return the ids of the next group of `wanted` notices after the notice `last`."""
    rows = wanted.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:GROUP])


@transaction.atomic
def screen_group(
    group: Sequence[int],
    rules: Ruleset,
    at: datetime,
    report: ScreenReport,
    *,
    only_open: bool = False,
) -> dict[str, Sharing]:
    """Screen a group of notices by id and add it to `report`.

    Returns the texts that came to be shared by many, for `screen_sharing`. `only_open`
    keeps notices that only named people see out of the report.
    """
    # While the rows are locked nobody else screens these notices or changes them.
    locked = list(
        Notice.objects.filter(pk__in=group)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    stored = _current(locked)
    closed = _closed(locked) if only_open else frozenset()
    read = read_notices(locked, rules=rules, on=at.date())
    fresh: list[tuple[int, str, Assessment]] = []
    for pk, facts in read.facts.items():
        assessment = assess(facts, rules, count_suggestions=False)
        key = input_hash(facts, rules)
        known = stored.get(pk)
        changed = known is None or known.input_hash != key
        if changed:
            fresh.append((pk, key, assessment))
        if pk not in closed:
            report.add(pk, assessment, known, changed=changed)
    store(fresh, at=at)
    return _moved(read.sharing)


def _moved(sharing: Mapping[str, Sharing]) -> dict[str, Sharing]:
    """Return the texts whose number of people is at another step than was noted."""
    if not sharing:
        return {}
    noted = dict(
        CopiedText.objects.filter(fingerprint__in=sharing).values_list(
            "fingerprint", "people"
        )
    )
    return {
        text: one for text, one in sharing.items() if one.step != noted.get(text, 0)
    }


def input_hash(facts: NoticeFacts, rules: Ruleset) -> str:
    """Return the fingerprint of what goes into a screening, rules included."""
    told = f"{rules.version}\n{facts!r}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _closed(notice_ids: Iterable[int]) -> frozenset[int]:
    """Return which notices only named people see."""
    return frozenset(
        Notice.objects.filter(
            pk__in=notice_ids, confidentiality=Confidentiality.RESTRICTED
        ).values_list("pk", flat=True)
    )


def _current(notice_ids: Sequence[int]) -> dict[int, Screening]:
    return {
        one.notice_id: one
        for one in Screening.objects.filter(
            notice__in=notice_ids, is_current=True
        ).only(
            "notice_id", "input_hash", "breach_band", "article_band", "evidence_band"
        )
    }


def _bands(assessment: Assessment) -> dict[str, str]:
    return {
        "rule_breach": assessment.rule_breach.band,
        "article_2_3": assessment.article_2_3.band,
        "evidence": assessment.evidence.band,
    }


def _bands_before(stored: Screening | None) -> tuple[str, str, str]:
    if stored is None:
        return ("not screened",) * 3
    return stored.breach_band, stored.article_band, stored.evidence_band


def _differs(stored: Screening | None, assessment: Assessment) -> bool:
    return _bands_before(stored) != tuple(_bands(assessment).values())

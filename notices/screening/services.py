"""Screens stored notices: many at a time, idempotent, stoppable at any point."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from notices.models import Judgement, Notice, Person, PersonFact, Screening
from notices.screening.inputs import facts_of
from notices.screening.rules import assess
from notices.screening.ruleset import Ruleset, load
from notices.screening.store import store
from notices.screening.types import Assessment, NoticeFacts

# Notices are locked and written in groups of this size; a stop loses one group at most.
GROUP = 1_000
# Called with the number of notices that were looked at so far.
Progress = Callable[[int], None]


@dataclass(slots=True)
class ScreenReport:
    """How many notices were screened, how many came out otherwise than before, and the
    bands they stand in: `by_band` for the inbox, `outputs` for each output by itself.
    """

    screened: int = 0
    changed: int = 0
    by_band: Counter[str] = field(default_factory=Counter)
    outputs: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, assessment: Assessment, *, changed: bool) -> None:
        self.screened += 1
        self.changed += changed
        self.by_band[assessment.band] += 1
        for name, band in (
            ("rule_breach", assessment.rule_breach.band),
            ("article_2_3", assessment.article_2_3.band),
            ("evidence", assessment.evidence.band),
        ):
            self.outputs.setdefault(name, Counter())[band] += 1


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
    Running it again, or after a stop, does what is left. Raises UnknownRules for a
    `version` that does not exist.
    """
    rules = load(version)
    report = ScreenReport()
    for group in _groups(notice_ids, rules, everything=everything):
        _screen_group(group, rules, at, report)
        if progress is not None:
            progress(report.screened)
    return report


@transaction.atomic
def screen_person(*, person: int, at: datetime) -> None:
    """Screen every notice of a person, by id, after what is known of them changed."""
    # While the person is locked no other fact of theirs is recorded or withdrawn.
    Person.objects.select_for_update(no_key=True).get(pk=person)
    ids = Notice.objects.filter(person=person).values_list("pk", flat=True)
    screen_notices(notice_ids=list(ids), at=at)


def compare_screenings(
    *, version: str | None = None, progress: Progress | None = None
) -> ScreenReport:
    """Count what rule set `version` would change in the current screenings; saves
    nothing.

    Raises UnknownRules for a `version` that does not exist.
    """
    rules = load(version)
    report = ScreenReport()
    for group in _groups(None, rules, everything=True):
        facts = facts_of(group)
        stored = _current(group)
        for pk, one in facts.items():
            assessment = assess(one, rules, count_suggestions=False)
            report.add(assessment, changed=_differs(stored.get(pk), assessment))
        if progress is not None:
            progress(report.screened)
    return report


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
) -> Iterator[list[int]]:
    """Yield ids of notices in ascending order, a group at a time."""
    if notice_ids is not None:
        ordered = sorted(set(notice_ids))
        for start in range(0, len(ordered), GROUP):
            yield ordered[start : start + GROUP]
        return
    wanted = Notice.objects.all() if everything else notices_to_screen(rules)
    last = 0
    while group := list(
        wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:GROUP]
    ):
        yield group
        last = group[-1]


@transaction.atomic
def _screen_group(
    group: Sequence[int], rules: Ruleset, at: datetime, report: ScreenReport
) -> None:
    # While the rows are locked nobody else screens these notices or changes them.
    locked = list(
        Notice.objects.filter(pk__in=group)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    stored = _current(locked)
    fresh: list[tuple[int, str, Assessment]] = []
    for pk, facts in facts_of(locked).items():
        assessment = assess(facts, rules, count_suggestions=False)
        key = input_hash(facts, rules)
        known = stored.get(pk)
        changed = known is None or known.input_hash != key
        if changed:
            fresh.append((pk, key, assessment))
        report.add(assessment, changed=changed)
    store(fresh, at=at)


def input_hash(facts: NoticeFacts, rules: Ruleset) -> str:
    """Return the fingerprint of what goes into a screening, rules included."""
    told = f"{rules.version}\n{facts!r}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _current(notice_ids: Sequence[int]) -> dict[int, Screening]:
    return {
        one.notice_id: one
        for one in Screening.objects.filter(
            notice__in=notice_ids, is_current=True
        ).only(
            "notice_id", "input_hash", "breach_band", "article_band", "evidence_band"
        )
    }


def _differs(stored: Screening | None, assessment: Assessment) -> bool:
    return stored is None or (
        stored.breach_band,
        stored.article_band,
        stored.evidence_band,
    ) != (
        assessment.rule_breach.band,
        assessment.article_2_3.band,
        assessment.evidence.band,
    )

"""Findings that rest on protected facts, without their words for who may not read them.

What a rule made of such a fact stays, so that a reviewer can sign: the indicator, its
strength and how well it is established. Quote, reason and field name go.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from notices.choices import PROTECTED_FACTS
from notices.models import Finding, PersonFact, Screening
from notices.screening.seals import sealed_findings, without_sealed
from notices.screening.sheet import PROTECTED_FIELD

# How findings name what they rest on.
PROTECTED_FIELDS = frozenset(f"fact: {kind.value}" for kind in PROTECTED_FACTS)
PROTECTED_REASON = "It rests on a protected fact about the person."


def hidden_fields(*, people: Iterable[int], reader: User) -> dict[int, frozenset[str]]:
    """Return, by person, the fields of findings whose words `reader` may not see.

    One hidden fact of a kind hides every finding from facts of that kind. Facts that no
    screening has hide nothing: that would tell that they are there.
    """
    wanted = set(people)
    protected = PersonFact.objects.filter(
        person__in=wanted, kind__in=PROTECTED_FACTS, withdrawn_at=None
    )
    kept = PersonFact.objects.kept_in_files().filter(person__in=wanted)
    protected = protected.exclude(pk__in=kept.values("pk"))
    seen = PersonFact.objects.visible_to(reader).values("pk")
    found: dict[int, set[str]] = {pk: set() for pk in wanted}
    for pk, kind in protected.exclude(pk__in=seen).values_list("person_id", "kind"):
        found[pk].add(f"fact: {kind}")
    return {pk: frozenset(fields) for pk, fields in found.items()}


def without_words(rows: Iterable[Finding], hidden: frozenset[str]) -> list[Finding]:
    """Return the unsaved view of `rows` that leaves out what `hidden` names."""
    shown = []
    for row in rows:
        if row.field in hidden:
            row.quote, row.field, row.reason = "", PROTECTED_FIELD, PROTECTED_REASON
        shown.append(row)
    return shown


def suggestions_without(
    screening: Screening, hidden: frozenset[str]
) -> list[Mapping[str, Any]]:
    """Return what the machine suggests, without what it read in protected facts."""
    told = screening.evidence.get("suggestions", ())
    return [one for one in told if one.get("field") not in hidden]


def read_by(screening: Screening, *, person: int, reader: User) -> list[Finding]:
    """Return the findings of `screening` as `reader` may read them.

    The suggestions of `screening` are narrowed in the same way; it is not saved.
    """
    rows = list(Finding.objects.visible_to(reader).filter(screening=screening))
    if rows:
        closed = sealed_findings([screening.notice_id], reader)
        rows = without_sealed(rows, closed.get(screening.notice_id, frozenset()))
    told = {row.field for row in rows}
    told |= {one.get("field") for one in screening.evidence.get("suggestions", ())}
    if not told & PROTECTED_FIELDS:
        return rows
    hidden = hidden_fields(people=[person], reader=reader)[person]
    screening.evidence = {
        **screening.evidence,
        "suggestions": suggestions_without(screening, hidden),
    }
    return without_words(rows, hidden)

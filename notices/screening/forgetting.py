"""Erasing what findings and colleagues quoted of facts that are erased.

Screenings that are no longer current keep what the rules found then, and judgements
stay with the notice: both would go on to say what was to be forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Q

from notices.identity.shared import group_of
from notices.models import Finding, Judgement, PersonFact, Screening

GONE = "The words were erased with the fact that they quoted."


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where facts may be quoted: people by id, fields of findings, judgements by id."""

    people: tuple[int, ...]
    fields: frozenset[str]
    judgements: tuple[int, ...]


def quoting(*, person: int, facts: Iterable[int]) -> Quoted:
    """Return what may quote `facts` of `person`, by id; call before they go."""
    rows = PersonFact.objects.filter(pk__in=list(facts))
    kinds = rows.order_by().values_list("kind", flat=True).distinct()
    judgements = Judgement.objects.filter(Exists(rows.quoted("notice__person")))
    return Quoted(
        people=tuple(group_of(person)),
        fields=frozenset(f"fact: {kind}" for kind in kinds),
        judgements=tuple(judgements.order_by().values_list("pk", flat=True)),
    )


def forget_judgements(quoted: Quoted, *, at: datetime) -> None:
    """Withdraw colleagues' words on what is erased and empty them."""
    rows = Judgement.objects.filter(pk__in=quoted.judgements)
    rows.filter(withdrawn_at=None).update(withdrawn_at=at)
    rows.update(quote="", reason=GONE)


def forget_old_findings(quoted: Quoted) -> None:
    """Empty findings and suggestions of screenings before the current one.

    All of the kinds that went: which of several facts an old one quoted is not kept.
    Call after the notices were screened without the facts.
    """
    old = Screening.objects.filter(notice__person__in=quoted.people, is_current=False)
    findings = Finding.objects.filter(screening__in=old, field__in=quoted.fields)
    findings.exclude(quote="", reason=GONE).update(quote="", reason=GONE)
    told = Q()
    for field in quoted.fields:
        told |= Q(evidence__suggestions__contains=[{"field": field}])
    for screening in old.filter(told) if quoted.fields else ():
        kept = [
            one
            for one in screening.evidence["suggestions"]
            if one.get("field") not in quoted.fields
        ]
        screening.evidence = {**screening.evidence, "suggestions": kept}
        screening.save(update_fields=["evidence"])

"""Screens one notice: facts in, assessment out. Pure; the same input gives the same
answer.

Never scored: nationality, a country alone, being listed, a claim of innocence, a bare
refusal of extradition (`domain/rules.md`, section 5.1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from notices.context.rules import context_findings, context_notes
from notices.screening.charges import charge_findings, read_charge, read_warrant
from notices.screening.narrative import judged_findings, narrative_findings
from notices.screening.outputs import (
    ARTICLE_KINDS,
    against_misuse,
    article_case,
    band_of,
    concern_of,
    evidence_quality,
    net_points,
    predominance,
    rule_breach,
)
from notices.screening.person import fact_findings, urgent_reasons
from notices.screening.ruleset import Ruleset
from notices.screening.types import (
    LEVELS,
    Assessment,
    Finding,
    NoticeFacts,
    Urgency,
)
from notices.screening.unknowns import unknowns

_CONCRETE = "C04"


def assess(
    facts: NoticeFacts, rules: Ruleset, *, count_suggestions: bool = True
) -> Assessment:
    """Return what `rules` say about `facts`. Takes any text and never raises on it.

    What free text suggests counts, marked, for a described case; for a stored notice it
    is only handed back, until a person accepts it.
    """
    told = narrative_findings(facts, rules)
    if not count_suggestions:
        facts = replace(facts, texts=())
    readings = [read_warrant(warrant, rules) for warrant in facts.warrants]
    classes = tuple(sorted({name for reading in readings for name in reading.classes}))
    everything = _once(
        [
            *charge_findings(facts, readings, rules),
            *fact_findings(facts, rules),
            *judged_findings(facts, rules),
            *_from_other_records(facts, classes, rules),
            *(told if count_suggestions else ()),
        ]
    )
    suggestions = (
        () if count_suggestions else _open_suggestions(told, everything, facts)
    )
    context = tuple(one for one in everything if one.is_context)
    everything = [one for one in everything if not one.is_context]
    findings = tuple(
        predominance([one for one in everything if not one.is_counter], classes, rules)
    )
    counter = tuple(
        against_misuse(
            [one for one in everything if one.is_counter], findings, classes, rules
        )
    )
    breach = rule_breach(facts, findings, classes, rules)
    article = article_case(facts, findings, counter, rules)
    net = net_points(findings, counter, classes, facts, rules)
    reasons = urgent_reasons(facts, rules)
    return Assessment(
        rules_version=rules.version,
        rule_breach=breach,
        article_2_3=article,
        evidence=evidence_quality(findings),
        urgency=Urgency("urgent" if reasons else "none", reasons),
        findings=findings + context,
        counter=counter,
        unknown=unknowns(facts, findings, classes),
        band=_band(net, facts, findings, counter, classes, rules),
        concern=concern_of(net, rules),
        offence_classes=classes,
        suggestions=suggestions,
        context_notes=context_notes(facts, rules),
    )


def _from_other_records(
    facts: NoticeFacts, classes: tuple[str, ...], rules: Ruleset
) -> list[Finding]:
    """Return what the records beside the notice point to; nothing without any."""

    def classes_of(texts: Sequence[str]) -> frozenset[str]:
        read = (read_charge(text, rules.version).classes for text in texts)
        return frozenset(name for classes in read for name, _ in classes)

    def is_concrete(text: str) -> bool:
        hints = read_charge(text, rules.version).hints
        return any(hint.cue.indicator == _CONCRETE for hint in hints)

    if facts.context is None:
        return []
    return context_findings(
        facts,
        frozenset(classes),
        rules,
        classes_of=classes_of,
        is_concrete=is_concrete,
    )


def _band(
    net: float,
    facts: NoticeFacts,
    findings: tuple[Finding, ...],
    counter: tuple[Finding, ...],
    classes: tuple[str, ...],
    rules: Ruleset,
) -> str:
    """Return the list that a notice stands in. What is not known is never “none”."""
    band = band_of(net, findings, rules)
    told = bool(facts.texts) or any(fact.kind in ARTICLE_KINDS for fact in facts.facts)
    if band == "strong" and not told:
        return "some"
    if band == "none" and (not told or not (classes or findings or counter)):
        return "insufficient"
    return band


def _open_suggestions(
    told: Iterable[Finding], everything: Iterable[Finding], facts: NoticeFacts
) -> tuple[Finding, ...]:
    """Return what no person has judged and what does not hold by the same field."""
    judged = {(one.indicator, one.field, one.quote) for one in facts.judged}
    holds = {(one.indicator, one.field) for one in everything}
    return tuple(
        one
        for one in _once(told)
        if (one.indicator, one.field, one.quote) not in judged
        and (one.indicator, one.field) not in holds
    )


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without repeats, the strongest first and then by id."""
    seen: dict[tuple[str, str, str], Finding] = {}
    for one in findings:
        held = seen.setdefault((one.indicator, one.field, one.quote), one)
        if _weight(one) > _weight(held):
            seen[one.indicator, one.field, one.quote] = one
    return sorted(
        seen.values(),
        key=lambda one: (-one.strength, one.indicator, one.field, one.quote),
    )


def _weight(one: Finding) -> tuple[int, int]:
    return one.strength, LEVELS.index(one.level) if one.level in LEVELS else -1

"""Screens one notice: facts in, assessment out. Pure; the same input gives the same
answer.

Never scored: nationality, a country alone, being listed, a claim of innocence, a bare
refusal of extradition (`domain/rules.md`, section 5.1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
    ArticleCase,
    Assessment,
    EvidenceQuality,
    Finding,
    NoticeFacts,
    RuleBreach,
    Urgency,
)
from notices.screening.unknowns import unknowns

_CONCRETE = "C04"
_SILENT = frozenset({"I13"})


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
    weighed = _weighed(facts, findings, counter, classes, rules)
    return Assessment(
        rules_version=rules.version,
        rule_breach=weighed.breach,
        article_2_3=weighed.article,
        evidence=weighed.evidence,
        urgency=weighed.urgency,
        findings=findings + context,
        counter=counter,
        unknown=weighed.unknown,
        band=weighed.band,
        concern=weighed.concern,
        offence_classes=classes,
        suggestions=suggestions,
        context_notes=context_notes(facts, rules),
    )


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What a set of findings comes to, whatever their words."""

    breach: RuleBreach
    article: ArticleCase
    evidence: EvidenceQuality
    urgency: Urgency
    unknown: tuple[str, ...]
    band: str
    concern: float


# Of notices of which nothing but the charge is known most come to the same few things.
_seen: dict[tuple[Any, ...], _Weighed] = {}
_MOST_SEEN = 20_000


def _weighed(
    facts: NoticeFacts,
    findings: tuple[Finding, ...],
    counter: tuple[Finding, ...],
    classes: tuple[str, ...],
    rules: Ruleset,
) -> _Weighed:
    """Weigh what was found. For a bare notice the shape of the findings decides."""
    if facts.facts or facts.texts:
        return _weigh(facts, findings, counter, classes, rules)
    key = (
        rules.version,
        facts.identity,
        classes,
        *((one.indicator, one.strength, one.level, one.suggestion) for one in findings),
        None,
        *((one.indicator, one.strength, one.level, one.suggestion) for one in counter),
    )
    known = _seen.get(key)
    if known is None:
        known = _weigh(facts, findings, counter, classes, rules)
        if len(_seen) < _MOST_SEEN:
            _seen[key] = known
    return known


def _weigh(
    facts: NoticeFacts,
    findings: tuple[Finding, ...],
    counter: tuple[Finding, ...],
    classes: tuple[str, ...],
    rules: Ruleset,
) -> _Weighed:
    net = net_points(findings, counter, classes, facts, rules)
    reasons = urgent_reasons(facts, rules)
    return _Weighed(
        breach=rule_breach(facts, findings, classes, rules),
        article=article_case(facts, findings, counter, rules),
        evidence=evidence_quality(findings),
        urgency=Urgency("urgent" if reasons else "none", reasons),
        unknown=unknowns(facts, findings, classes),
        band=_band(net, facts, findings, counter, classes, rules),
        concern=concern_of(net, rules),
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
    if not classes and not counter and {one.indicator for one in findings} == _SILENT:
        # A charge that says nothing is a breach; it is no sign of what lies behind it.
        return "insufficient" if not any(one.suggestion for one in findings) else band
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

"""The outputs of a screening: rule breach, Article 2/3 case, evidence quality.

They are never merged for people. The order value below exists only to sort a list.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from notices.screening.catalogue import FACTORS
from notices.screening.ruleset import Ruleset
from notices.screening.types import (
    ArticleCase,
    ConditionState,
    EvidenceQuality,
    FactorState,
    Finding,
    NoticeFacts,
    RuleBreach,
)

# Facts that must have been looked up before “none” may be said of an Article 2/3 case.
ARTICLE_KINDS = frozenset(
    {"profession", "protection", "extradition", "ccf", "human_rights_body", "timing"}
)
_FIRM = frozenset({"documented", "authority"})
_DECIDES = 3
_CONVICTED = "C01"
_ENDED = frozenset({"I11", "I12"})


def points_of(finding: Finding, rules: Ruleset) -> float:
    """Return what one finding weighs in bands and order."""
    table = rules.weights["points"]
    value: float = (
        table["strength"][str(finding.strength)] * table["level"][finding.level]
    )
    return value * table["suggestion"] if finding.suggestion else value


def _best(findings: Iterable[Finding], rules: Ruleset) -> dict[str, float]:
    """Return the weight of the best finding of each indicator."""
    best: dict[str, float] = {}
    for finding in findings:
        points = points_of(finding, rules)
        best[finding.indicator] = max(best.get(finding.indicator, 0.0), points)
    return best


def _with_diminishing(values: Sequence[float], rules: Ruleset) -> float:
    shares = rules.weights["points"]["again"]
    ordered = sorted(values, reverse=True)
    return sum(
        value * shares[min(place, len(shares) - 1)]
        for place, value in enumerate(ordered)
    )


def predominance(
    findings: Sequence[Finding], classes: Sequence[str], rules: Ruleset
) -> list[Finding]:
    """Return `findings` as the predominance test leaves them (RPD Art. 34(3)).

    Where the charge is a grave or violent ordinary-law crime, with nothing political
    in it, what the person is, when the charge came, what became of others and a claim
    of asylum that is still open are context: they do not show what was done. Nor does
    a text turn a grave charge into a private or commercial quarrel.
    """
    if not findings:
        return []
    table = rules.weights["predominance"]
    natures = {rules.offences.classes[name].nature for name in classes}
    if not natures & set(table["natures"]) or natures & {"political", "excluded"}:
        return list(findings)
    context, not_read = frozenset(table["context"]), frozenset(table["not_read"])
    is_grave = "grave" in natures
    return [
        replace(one, strength=1)
        if one.indicator in context and one.strength < _DECIDES
        else one
        for one in findings
        if not (one.suggestion and is_grave and one.indicator in not_read)
    ]


def against_misuse(
    counter: Sequence[Finding],
    findings: Iterable[Finding],
    classes: Sequence[str],
    rules: Ruleset,
) -> list[Finding]:
    """Return `counter` with a conviction as context where it speaks for nothing.

    It is the fair trial of a violent ordinary-law crime that speaks against misuse; and
    a conviction that was served or set aside is no ground for a second case.
    """
    if not counter:
        return []
    natures = {rules.offences.classes[name].nature for name in classes}
    over = any(one.indicator in _ENDED and one.strength > 1 for one in findings)
    if natures & {"grave", "violent"} and not over:
        return list(counter)
    return [
        replace(one, strength=1)
        if one.indicator == _CONVICTED and one.strength < _DECIDES
        else one
        for one in counter
    ]


def article_points(findings: Iterable[Finding], rules: Ruleset) -> float:
    """Return the weight of an Article 2/3 case, factor by factor."""
    by_factor: dict[str, list[float]] = defaultdict(list)
    for indicator, points in _best(findings, rules).items():
        if factors := rules.catalogue[indicator].factors:
            by_factor[factors[0]].append(points)
    return sum(_with_diminishing(values, rules) for values in by_factor.values())


def breach_points(findings: Iterable[Finding], rules: Ruleset) -> float:
    """Return the weight of rule breaches that belong to no factor."""
    best = _best(
        (one for one in findings if not rules.catalogue[one.indicator].factors), rules
    )
    return _with_diminishing(list(best.values()), rules)


def counter_points(counter: Iterable[Finding], rules: Ruleset) -> float:
    """Return the weight of what speaks against misuse."""
    best = sorted(_best(counter, rules).values(), reverse=True)
    return sum(value * max(0.4, 1 - 0.2 * place) for place, value in enumerate(best))


def net_points(
    findings: Sequence[Finding],
    counter: Sequence[Finding],
    classes: Sequence[str],
    facts: NoticeFacts,
    rules: Ruleset,
) -> float:
    """Return what remains when everything is weighed, for the order of a list.

    A condition of a notice is met or not, whatever the person did: good proof does not
    bring back a warrant that lapsed. What speaks against misuse therefore takes only a
    share from a failed condition, save for a decision of the CCF.
    """
    formal = frozenset(rules.weights["formal"]["indicators"])
    upheld = frozenset(rules.weights["formal"]["answered_by"])
    failed = breach_points(
        [one for one in findings if one.indicator in formal and one.strength >= 2],
        rules,
    )
    merits = (
        article_points(findings, rules)
        + breach_points(findings, rules)
        - failed
        - counter_points(counter, rules)
        + nature_points(classes, facts, rules)
    )
    if failed and merits < 0 and not any(one.indicator in upheld for one in counter):
        share: float = rules.weights["formal"]["share"]
        merits *= share
    return failed + merits


def nature_points(classes: Iterable[str], facts: NoticeFacts, rules: Ruleset) -> float:
    """Return what the offence and a looked-up status say before any finding."""
    table: Mapping[str, float] = rules.weights["nature"]
    natures = {rules.offences.classes[name].nature for name in classes}
    values = [table[nature] for nature in natures]
    offence = (
        max(values, default=0.0) if "political" in natures else min(values, default=0.0)
    )
    status: Mapping[str, float] = rules.weights["status"]
    return offence + sum(
        status.get(fact.value, 0.0) for fact in facts.facts if fact.kind == "profession"
    )


def concern_of(net: float, rules: Ruleset) -> float:
    """Return the order value, 0 to 1. It is no probability."""
    bands = rules.weights["bands"]
    return round(1 / (1 + math.exp(-(net + bands["start"]) / bands["spread"])), 4)


def band_of(net: float, findings: Sequence[Finding], rules: Ruleset) -> str:
    """Return `none`, `some` or `strong` for a net weight.

    `strong` needs more than context: a finding that may decide, or two serious ones.
    """
    bands = rules.weights["bands"]
    serious = {one.indicator for one in findings if one.strength >= 2}
    may_decide = any(one.strength == _DECIDES for one in findings)
    if net >= bands["strong"] and (may_decide or len(serious) > 1):
        return "strong"
    return "some" if net >= bands["some"] and findings else "none"


def rule_breach(
    facts: NoticeFacts,
    findings: Sequence[Finding],
    classes: Sequence[str],
    rules: Ruleset,
) -> RuleBreach:
    """Return which conditions the notice breaches, may breach, meets or leaves open."""
    states: list[ConditionState] = []
    by_condition: dict[str | None, list[Finding]] = defaultdict(list)
    for one in findings:
        by_condition[one.condition].append(one)
    for condition, name in rules.weights["conditions"].items():
        mine = by_condition.get(condition, [])
        states.append(
            ConditionState(
                condition,
                name,
                _condition_state(condition, mine, facts, classes, rules),
                tuple(dict.fromkeys(one.indicator for one in mine)),
            )
        )
    held = {one.state for one in states}
    offence = states[0].state
    if "breach" in held:
        band = "strong"
    elif "doubt" in held:
        band = "some"
    else:
        band = "none" if offence == "no_sign" else "insufficient"
    reasons = [
        f"{one.condition}: {_STATE_WORDS[one.state]} ({one.name.lower()})."
        for one in states
        if one.state in {"breach", "doubt"}
    ]
    if band == "none":
        reasons.append("The charge is ordinary-law crime; nothing else was seen.")
    if band == "insufficient":
        reasons.append("The charge does not show what the person is accused of.")
    return RuleBreach(band, tuple(reasons), tuple(states))


_STATE_WORDS = {"breach": "breached, as recorded", "doubt": "in doubt"}


def _condition_state(
    condition: str,
    mine: Sequence[Finding],
    facts: NoticeFacts,
    classes: Sequence[str],
    rules: Ruleset,
) -> str:
    if any(
        one.strength == _DECIDES and one.level in _FIRM and not one.suggestion
        for one in mine
    ):
        return "breach"
    if mine:
        return "doubt"
    return "no_sign" if _is_met(condition, facts, classes, rules) else "unknown"


def _is_met(
    condition: str, facts: NoticeFacts, classes: Sequence[str], rules: Ruleset
) -> bool:
    """Whether something known shows that `condition` gives no ground for doubt."""
    recorded = {(fact.kind, fact.value) for fact in facts.facts}
    if condition == "83(1)(a)(i)":
        natures = {rules.offences.classes[name].nature for name in classes}
        return bool(natures & {"grave", "violent", "ordinary", "economic"})
    if condition == "83(1)(a)(ii)":
        return any(kind == "penalty" for kind, _ in recorded)
    if condition == "83(2)(a)":
        identity = facts.identity
        return identity is not None and all(
            (
                identity.family_name,
                identity.forename,
                identity.sex,
                identity.birth_year,
                identity.description,
            )
        )
    if condition == "83(2)(b)(v)":
        return ("warrant_state", "valid") in recorded
    if condition == "REFPOL":
        return bool(
            recorded & {("protection", "none_asked"), ("protection", "refused")}
        )
    return False


def article_case(
    facts: NoticeFacts,
    findings: Sequence[Finding],
    counter: Sequence[Finding],
    rules: Ruleset,
) -> ArticleCase:
    """Return the seven factors of RPD Art. 34(3) and the band of the case they make."""
    relevant = [one for one in findings if one.factors]
    states = tuple(
        _factor(key, name, relevant, counter) for key, name in FACTORS.items()
    )
    net = article_points(relevant, rules) - counter_points(counter, rules)
    looked_up = bool(facts.texts) or any(
        fact.kind in ARTICLE_KINDS for fact in facts.facts
    )
    band = band_of(net, relevant, rules)
    reasons = [
        f"({one.factor}) {one.name}: {', '.join(one.findings)}."
        for one in states
        if one.findings
    ]
    if not looked_up:
        band = "some" if band != "none" else "insufficient"
        reasons.append(
            "Only the notice was read; nothing is recorded about the person."
        )
    elif band == "none":
        reasons.append("What is recorded makes no case under Article 2 or 3.")
    strong = [one.indicator for one in counter if one.strength == _DECIDES]
    if strong:
        reasons.append(
            f"Against it: {', '.join(dict.fromkeys(strong))}; "
            "a second analyst must sign."
        )
    return ArticleCase(band, tuple(reasons), states, bool(strong))


def _factor(
    key: str, name: str, findings: Sequence[Finding], counter: Sequence[Finding]
) -> FactorState:
    if not findings and not counter:
        return FactorState(key, name, "unknown", (), ())
    mine = [one for one in findings if key in one.factors]
    against = [one.indicator for one in counter if key in one.factors]
    strongest = max((one.strength for one in mine), default=0)
    state = "unknown"
    if strongest >= 2:
        state = "points"
    elif strongest:
        state = "some"
    elif against:
        state = "against"
    return FactorState(
        key,
        name,
        state,
        tuple(dict.fromkeys(one.indicator for one in mine)),
        tuple(dict.fromkeys(against)),
    )


def evidence_quality(findings: Sequence[Finding]) -> EvidenceQuality:
    """Return how well the findings are established; says nothing on what they mean."""
    counts = {
        level: sum(one.level == level for one in findings)
        for level in ("authority", "documented", "alleged")
    }
    if not findings:
        return EvidenceQuality("insufficient", ("Nothing is recorded yet.",), 0, 0, 0)
    if counts["authority"] or counts["documented"] > 2:
        band = "strong"
    else:
        band = "some" if counts["documented"] else "none"
    reason = (
        f"{counts['authority']} found by an authority, "
        f"{counts['documented']} documented, {counts['alleged']} alleged."
    )
    return EvidenceQuality(
        band, (reason,), counts["authority"], counts["documented"], counts["alleged"]
    )

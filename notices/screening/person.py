"""What structured facts about the person point to, by the fact table."""

from collections.abc import Iterator

from notices.screening.ruleset import FactRule, Ruleset
from notices.screening.types import FactIn, Finding, NoticeFacts

# RPD Art. 83(1)(a)(ii), in years.
LEAST_MAXIMUM = 2.0
LEAST_SENTENCE = 0.5
_CONVICTED = frozenset({"in_absentia", "in_presence"})
_PUBLIC_LIFE = 2


def fact_rule(fact: FactIn, rules: Ruleset) -> FactRule | None:
    """Return the row of the fact table for `fact`; None for an unknown value."""
    kind = rules.facts.get(fact.kind)
    if kind is None:
        return None
    grounds = kind.grounds.get(fact.value)
    if grounds and fact.ground in grounds and grounds[fact.ground].indicator:
        return grounds[fact.ground]
    return kind.values.get(fact.value)


def fact_findings(facts: NoticeFacts, rules: Ruleset) -> list[Finding]:
    """Return what the recorded facts show; one without a scored row shows nothing."""
    issuers = {one.issuer for one in facts.warrants if one.issuer}
    found: list[Finding] = []
    for fact in facts.facts:
        if fact.kind == "penalty":
            found += _penalty(fact, facts, rules)
            continue
        rule = fact_rule(fact, rules)
        if rule is None or rule.indicator is None:
            continue
        strength = rule.strength or rules.catalogue[rule.indicator].strength
        if rule.needs_against:
            if fact.against and issuers and fact.against not in issuers:
                continue
            # Without the feared state the refugee policy cannot be applied as it
            # stands.
            if not fact.against:
                strength = max(1, strength - 1)
        # What is only alleged cannot decide: status, for one, must be confirmed.
        if fact.level == "alleged" and not rules.catalogue[rule.indicator].is_counter:
            strength = min(strength, 2)
        found.append(
            rules.finding(
                rule.indicator,
                quote=fact.quote,
                field=fact.field,
                reason=rule.reason,
                level=fact.level,
                strength=strength,
            )
        )
    found += _assets_of_critic(facts, found, rules)
    return found


def _penalty(fact: FactIn, facts: NoticeFacts, rules: Ruleset) -> Iterator[Finding]:
    """RPD Art. 83(1)(a)(ii); 83(1)(b) lets the Secretariat publish below it all the
    same.
    """
    if fact.years is None or fact.years < 0:
        return
    convicted = any(one.value in _CONVICTED for one in facts.facts)
    if fact.value == "maximum":
        below = fact.years < LEAST_MAXIMUM and not convicted
        at_floor = False
        told = "The maximum penalty is under two years."
    else:
        below = fact.years < LEAST_SENTENCE
        at_floor = fact.years == LEAST_SENTENCE
        told = "The sentence, or what remains of it, is under six months."
    if at_floor:
        told = "The sentence only just reaches six months; seriousness is in doubt."
    if below or at_floor:
        yield rules.finding(
            "I09",
            quote=fact.quote,
            field=fact.field,
            reason=told,
            level=fact.level,
            strength=3 if below else 1,
        )


def _assets_of_critic(
    facts: NoticeFacts, found: list[Finding], rules: Ruleset
) -> Iterator[Finding]:
    """A silver notice against someone in public life (I34)."""
    if facts.kind != "silver":
        return
    for finding in found:
        if finding.indicator == "I16" and finding.strength >= _PUBLIC_LIFE:
            yield rules.finding(
                "I34",
                quote=finding.quote,
                field=finding.field,
                reason="A tool for tracing assets is used on someone in public life.",
                level=finding.level,
            )
            return


def urgent_reasons(facts: NoticeFacts, rules: Ruleset) -> tuple[str, ...]:
    """Return why this cannot wait: detention, a hearing, travel (`rules.md`, section
    5).
    """
    reasons: list[str] = []
    for fact in facts.facts:
        rule = fact_rule(fact, rules)
        if rule is not None and rule.urgency:
            when = f", {fact.happened_on}" if fact.happened_on else ""
            reasons.append(f"{rule.urgency}{when}")
        if fact.kind == "extradition" and fact.value == "pending":
            reasons.append("Extradition case open")
    return tuple(dict.fromkeys(reasons))

"""Suggestions from free text, turned into findings that wait for a person's word."""

from notices.screening.ruleset import Ruleset
from notices.screening.types import Finding, NoticeFacts

# A text that says who the person is, and nothing else.
DESCRIBES = frozenset({"subject"})
_ROLE_KIND = "profession"


def narrative_findings(facts: NoticeFacts, rules: Ruleset) -> list[Finding]:
    """Return the suggestions of every free text of `facts`."""
    found: list[Finding] = []
    recorded = {fact.value for fact in facts.facts if fact.kind == _ROLE_KIND}
    for text in facts.texts:
        if text.field not in DESCRIBES:
            found += [
                rules.finding(
                    hint.cue.indicator,
                    quote=hint.quote,
                    field=text.field,
                    reason=hint.cue.reason,
                    level=hint.cue.level,
                    strength=hint.cue.strength,
                    suggestion=True,
                )
                for hint in rules.cues.suggestions(text.text)
            ]
        for value, quote in rules.cues.roles_in(
            text.text, describes=text.field in DESCRIBES
        ):
            if value in recorded:
                continue
            rule = rules.facts[_ROLE_KIND].values[value]
            if rule.indicator is not None:
                found.append(
                    rules.finding(
                        rule.indicator,
                        quote=quote,
                        field=text.field,
                        reason=rule.reason,
                        level="documented",
                        strength=rule.strength,
                        suggestion=True,
                    )
                )
    return found

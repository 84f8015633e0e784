"""Suggestions from free text, and the findings that people made of them."""

from notices.screening.ruleset import Ruleset
from notices.screening.types import Finding, NoticeFacts

# A text that says who the person is, and nothing else.
DESCRIBES = frozenset({"subject"})
_ROLE_KIND = "profession"


def narrative_findings(facts: NoticeFacts, rules: Ruleset) -> list[Finding]:
    """Return the suggestions of every free text of `facts`."""
    found: list[Finding] = []
    recorded = {fact.value for fact in facts.facts if fact.kind == _ROLE_KIND}
    askers = frozenset(one.issuer for one in facts.warrants if one.issuer)
    for text in facts.texts:
        found += [
            rules.finding(
                hint.cue.indicator,
                quote=hint.sentence,
                field=text.field,
                reason=hint.cue.reason,
                level=hint.cue.level,
                strength=hint.cue.strength,
                suggestion=True,
            )
            for hint in rules.cues.suggestions(
                text.text, describes=text.field in DESCRIBES, askers=askers
            )
        ]
        if recorded and text.field not in DESCRIBES:
            # Where it was looked up who the person is, a role in a story is another's.
            continue
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


def judged_findings(facts: NoticeFacts, rules: Ruleset) -> list[Finding]:
    """Return what people accepted of the suggestions or added by hand.

    An indicator that these rules do not have is left out.
    """
    return [
        rules.finding(
            one.indicator,
            quote=one.quote,
            field=one.field,
            reason=one.reason,
            level=one.level,
            strength=one.strength,
        )
        for one in facts.judged
        if one.counts and one.indicator in rules.catalogue
    ]

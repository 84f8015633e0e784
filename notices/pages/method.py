"""How the screening works, in words, and one page for each of its rules."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import needs
from accounts.capabilities import Capability
from notices.screening.catalogue import FACTORS, Indicator
from notices.screening.examples import Example, comes_out, examples_of
from notices.screening.offences import offence_tables
from notices.screening.ruleset import Ruleset, load
from notices.screening.tables import versions

DERIVED = {
    "text": "the words of the notice",
    "facts": "facts that colleagues record about the person",
    "records": "other notices and cases in this database",
    "person": "a person alone",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """An example, and whether it comes out as it says."""

    example: Example
    as_stated: bool


@needs(Capability.SEE_FINDINGS)
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """What the screening does and cannot do, with every rule."""
    rules = load()
    every = list(rules.catalogue.values())
    return render(
        request,
        "notices/method.html",
        {
            "rules": rules,
            "versions": versions(),
            "misuse": [one for one in every if not one.is_counter],
            "counter": [one for one in every if one.is_counter],
            "offences": sorted(
                offence_tables(rules.version).classes.values(),
                key=lambda one: one.name,
            ),
        },
    )


@needs(Capability.SEE_FINDINGS)
@require_safe
def rule(request: HttpRequest, indicator: str) -> HttpResponse:
    """One rule: its law, what proves it, what leads to it, and examples run now."""
    rules = load()
    found = rules.catalogue.get(indicator)
    if found is None:
        raise Http404
    tried = [
        Tried(one, comes_out(one, rules) is one.holds) for one in examples_of(found.id)
    ]
    return render(
        request,
        "notices/rule.html",
        {
            "rules": rules,
            "rule": found,
            "derived": [DERIVED[one] for one in found.derived],
            "factors": [(key, FACTORS[key]) for key in found.factors],
            "condition": rules.weights["conditions"].get(found.condition),
            "facts": _facts_leading_to(found, rules),
            "offences": [
                one
                for one in offence_tables(rules.version).classes.values()
                if one.indicator == found.id
            ],
            "cues": [one for one in rules.cues.cues if one.indicator == found.id],
            "tried": tried,
        },
    )


def _facts_leading_to(found: Indicator, rules: Ruleset) -> list[tuple[str, str, Any]]:
    """Return (kind, answer, ground) of every recorded fact that points to a rule."""
    leading: list[tuple[str, str, Any]] = []
    for table in rules.facts.values():
        for value, row in table.values.items():
            if row.indicator == found.id:
                leading.append((table.label, row.label, ""))
            leading += [
                (table.label, row.label, ground.replace("_", " "))
                for ground, one in table.grounds.get(value, {}).items()
                if one.indicator == found.id
            ]
    return leading

"""Reads a described case (the shape of `data/cases/README.md`) into facts for
screening.

The fields that hold the answer are never read. null and “unknown” mean not looked up.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from notices.screening.offences import classify
from notices.screening.ruleset import Ruleset
from notices.screening.types import (
    ChargeIn,
    FactIn,
    NoticeFacts,
    StatedClass,
    TextIn,
    WarrantIn,
)

ANSWER_FIELDS = frozenset(
    {
        "label", "hard", "noncompliance_ground", "basis", "year", "outcome",
        "verification", "source",
    }
)  # fmt: skip
TEXT_FIELDS = ("subject", "facts", "timing_note")
_KINDS = {"red_notice": "red", "diffusion": "wanted_diffusion"}
_NOT_LOOKED_UP = frozenset({"", "unknown", "null", "none", "n/a", "-"})
_ASKED = re.compile(r"extradit|surrender|hand(?:ed|ing)? (?:him|her|them) over")
_WORD = re.compile(r"[a-z]+")
# Words of the grounds on which extradition is refused.
_GROUNDS = (
    ("political_motive", ("politic", "persecut", "motive", "good faith")),
    ("torture", ("torture", "ill-treat", "inhuman")),
    ("fair_trial", ("fair trial", "independence of")),
    ("human_rights", ("human rights", "human-rights")),
    ("death_penalty", ("death penalty",)),
    ("refugee_status", ("asylum", "refugee")),
)


def facts_of_case(case: Mapping[str, Any], rules: Ruleset) -> NoticeFacts:
    """Return what `case` tells, without its answer.

    Values of a wrong type count as not looked up.
    """
    known = {key: value for key, value in case.items() if key not in ANSWER_FIELDS}
    issuer = _text(known.get("requesting_country")) or None
    kind = _text(known.get("alert_kind"))
    return NoticeFacts(
        kind=_KINDS.get(kind, kind if kind in {"blue", "green", "yellow"} else "red"),
        warrants=(WarrantIn(issuer, tuple(_charges(known, rules))),),
        facts=tuple(_facts(known, issuer, rules)),
        texts=tuple(
            TextIn(text, name)
            for name in TEXT_FIELDS
            if (text := _text(known.get(name)))
        ),
    )


def _text(value: Any) -> str:
    """Return `value` as text, empty where it says nothing."""
    if not isinstance(value, str) or value.strip().lower() in _NOT_LOOKED_UP:
        return ""
    return value


def _items(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, str)]


def _charges(case: Mapping[str, Any], rules: Ruleset) -> Iterator[ChargeIn]:
    table: Mapping[str, str] = rules.described["charge_categories"]
    stated: list[StatedClass] = []
    for name in _items(case.get("charge_categories")):
        if offence := table.get(name.lower()):
            stated.append(StatedClass(offence, name, "charge_categories"))
        else:
            # A category that the table does not know is read as a charge text is.
            words = name.replace("_", " ")
            stated += [
                StatedClass(one, name, "charge_categories")
                for one in classify(words, rules.version).classes
            ]
    text = _text(case.get("charges"))
    if text or stated:
        yield ChargeIn(text, "charges", stated=tuple(stated))


def _facts(
    case: Mapping[str, Any], issuer: str | None, rules: Ruleset
) -> Iterator[FactIn]:
    described = rules.described
    for name in _items(case.get("profession_status")):
        if value := described["profession_status"].get(name.lower()):
            yield FactIn(
                "profession", value, name, "profession_status", level="documented"
            )
    asylum = _text(case.get("asylum_status"))
    if value := described["asylum_status"].get(asylum):
        yield FactIn(
            "protection",
            value,
            asylum,
            "asylum_status",
            level="authority" if value == "refugee" else "documented",
            # The field says that it is against the state that asks, whichever that is.
            against=issuer or "requesting state",
        )
    conviction = _text(case.get("conviction"))
    if value := described["conviction"].get(conviction):
        yield FactIn("conviction", value, conviction, "conviction", level="documented")
    yield from _penalty(case)
    yield from _decisions(case, described)


def _penalty(case: Mapping[str, Any]) -> Iterator[FactIn]:
    years = case.get("max_penalty_years")
    if isinstance(years, int | float) and not isinstance(years, bool) and years >= 0:
        convicted = _text(case.get("conviction")) in {"in_absentia", "in_presence"}
        yield FactIn(
            "penalty",
            "sentence" if convicted else "maximum",
            str(years),
            "max_penalty_years",
            level="documented",
            years=float(years),
        )


def _decisions(
    case: Mapping[str, Any], described: Mapping[str, Any]
) -> Iterator[FactIn]:
    if case.get("prior_extradition_refusal") is True:
        country = _text(case.get("prior_extradition_refusal_country"))
        yield FactIn(
            "extradition",
            "refused",
            country or "true",
            "prior_extradition_refusal_country"
            if country
            else "prior_extradition_refusal",
            level="authority",
            ground=_ground(_text(case.get("facts"))),
        )
    if case.get("co_accused_deleted") is True:
        yield FactIn(
            "co_accused", "deleted", "true", "co_accused_deleted", level="authority"
        )
    decision = _text(case.get("prior_ccf_decision_same_matter"))
    words = set(_WORD.findall(decision.lower()))
    for value, listed in described["ccf_words"].items():
        if words & set(listed):
            yield FactIn(
                "ccf",
                value,
                decision,
                "prior_ccf_decision_same_matter",
                level="authority",
            )
            return


def _ground(told: str) -> str:
    """Return the ground that the facts give for a refusal; a bare refusal has none."""
    for sentence in re.split(r"(?<=[.;])\s", told.lower()):
        if _ASKED.search(sentence):
            for ground, words in _GROUNDS:
                if any(word in sentence for word in words):
                    return ground
    return "not_known"

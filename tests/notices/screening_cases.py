"""Invented cases and helpers for the tests of the screening. Nobody here exists."""

from collections.abc import Iterable
from typing import Any

from notices.screening.described import facts_of_case
from notices.screening.rules import assess
from notices.screening.ruleset import load
from notices.screening.types import (
    Assessment,
    ChargeIn,
    FactIn,
    Finding,
    NoticeFacts,
    TextIn,
    WarrantIn,
)

RULES = load()


def notice(
    charge: str = "", *, issuer: str | None = "KZ", kind: str = "red", **more: Any
) -> NoticeFacts:
    """A notice with one warrant and one charge."""
    charges = (ChargeIn(charge, "warrant 1, charge 1"),) if charge else ()
    return NoticeFacts(kind=kind, warrants=(WarrantIn(issuer, charges),), **more)


def fact(kind: str, value: str, **more: Any) -> FactIn:
    return FactIn(
        **{
            "kind": kind,
            "value": value,
            "quote": f"{kind} is {value}",
            "field": f"fact: {kind}",
            "level": "documented",
            **more,
        }
    )


def with_facts(*facts: FactIn, charge: str = "Fraud", **more: Any) -> NoticeFacts:
    return notice(charge, facts=facts, **more)


def told(*sentences: str, charge: str = "Fraud") -> NoticeFacts:
    """A notice with free text about the case."""
    return notice(charge, texts=(TextIn(" ".join(sentences), "facts"),))


def screened(facts: NoticeFacts) -> Assessment:
    return assess(facts, RULES)


def ids(findings: Iterable[Finding]) -> set[str]:
    return {one.indicator for one in findings}


def found(facts: NoticeFacts) -> set[str]:
    """Every indicator and counter-indicator that holds."""
    assessment = screened(facts)
    return ids(assessment.findings) | ids(assessment.counter)


def case(**values: Any) -> dict[str, Any]:
    """A described case of the shape of `data/cases`; what is unset is unknown."""
    return {
        "id": "X1",
        "notice_year": None,
        "requesting_country": "KZ",
        "nationality": "KZ",
        "alert_kind": "red_notice",
        "subject": "book-keeper",
        "profession_status": [],
        "charges": "Fraud",
        "charge_categories": ["fraud"],
        "max_penalty_years": None,
        "conviction": "none",
        "facts": "A book-keeper who left the town.",
        "asylum_status": "unknown",
        "prior_extradition_refusal": None,
        "prior_extradition_refusal_country": None,
        "prior_ccf_decision_same_matter": None,
        "co_accused_deleted": None,
        "timing_note": None,
        **values,
    }


def answer(**values: Any) -> Assessment:
    return screened(facts_of_case(case(**values), RULES))

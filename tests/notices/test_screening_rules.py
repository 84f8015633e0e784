"""Each indicator and counter-indicator: where it holds and where it does not."""

import pytest

from notices.screening.examples import comes_out, every_example
from tests.notices.screening_cases import (
    RULES,
    fact,
    found,
    ids,
    notice,
    screened,
    told,
    with_facts,
)


def from_fact(kind: str, value: str, **more: object):
    return with_facts(fact(kind, value, **more))


def name_of(example):
    return f"{example.indicator}: {example.told}"


@pytest.mark.parametrize("example", every_example(), ids=name_of)
def test_an_example_comes_out_as_it_says(example):
    assert comes_out(example, RULES) is example.holds
    if example.as_what == "sentence":
        for one in screened(example.facts).findings:
            assert one.quote in example.told


def test_every_rule_that_a_table_leads_to_has_examples_of_both_kinds():
    told = {}
    for one in every_example():
        told.setdefault(one.indicator, set()).add(one.holds)
    without = {key for key in RULES.catalogue if told.get(key) != {True, False}}
    # It needs other records that are not read yet.
    assert without == {"I38"}


def test_a_political_charge_beside_an_ordinary_one_is_weaker():
    def strength(charge: str) -> int:
        findings = screened(notice(charge)).findings
        return max(one.strength for one in findings if one.indicator == "I06")

    assert strength("Sedition") == 3
    assert strength("Sedition; murder of two guards") == 2


def test_protection_without_its_state_or_only_alleged_cannot_decide():
    def strength(**more: object) -> int:
        return screened(from_fact("protection", "refugee", **more)).findings[0].strength

    assert strength(against="KZ", level="authority") == 3
    assert strength(level="authority") == 2
    assert strength(against="KZ", level="alleged") == 2


def test_a_sentence_of_exactly_six_months_is_a_doubt_and_not_a_breach():
    result = screened(from_fact("penalty", "sentence", years=0.5))
    assert [(one.indicator, one.strength) for one in result.findings] == [("I09", 1)]


def test_a_long_maximum_says_nothing_once_someone_was_convicted():
    result = found(
        with_facts(
            fact("penalty", "maximum", years=1.0), fact("conviction", "in_absentia")
        )
    )
    assert "I09" not in result


def test_several_states_with_different_charges_speak_against_misuse():
    one, other = notice("Fraud", issuer="KZ"), notice("Murder", issuer="FR")
    both = notice("").__class__(warrants=one.warrants + other.warrants)
    assert "C12" in found(both)
    same = notice("").__class__(
        warrants=one.warrants + notice("Fraud", issuer="FR").warrants
    )
    assert "C12" not in found(same)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("other", "detained", "Detained"),
        ("other", "hearing", "Extradition hearing, 2026-12-03"),
        ("extradition", "pending", "Extradition case open"),
    ],
)
def test_what_cannot_wait_is_said(kind, value, reason):
    happened = {"happened_on": "2026-12-03"} if value == "hearing" else {}
    urgency = screened(from_fact(kind, value, **happened)).urgency
    assert (urgency.level, urgency.reasons) == ("urgent", (reason,))


def test_every_finding_cites_quotes_and_says_why():
    facts = told("A court refused extradition as political.", charge="Sedition")
    assessment = screened(facts)
    assert ids(assessment.findings) >= {"I03", "I06"}
    for one in (*assessment.findings, *assessment.counter):
        assert one.articles
        assert one.reason.endswith(".")
        assert one.level in {"alleged", "documented", "authority"}
        assert one.quote in "A court refused extradition as political. Sedition"


def test_a_value_that_the_table_does_not_know_shows_nothing():
    assert found(from_fact("profession", "astronaut")) == set()
    assert found(from_fact("weather", "rain")) == set()


def test_every_coded_answer_can_be_screened():
    for kind, table in RULES.facts.items():
        for value in table.values:
            for ground in ("", *table.grounds.get(value, ())):
                screened(from_fact(kind, value, ground=ground, years=1.0))

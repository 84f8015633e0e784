"""Three outputs, their bands, what is unknown, and what never counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.screening.types import (
    BANDS,
    ChargeIn,
    FactIn,
    IdentityIn,
    NoticeFacts,
    TextIn,
    WarrantIn,
)
from tests.notices.screening_cases import (
    RULES,
    answer,
    fact,
    ids,
    notice,
    screened,
    told,
    with_facts,
)

CHARGES = ["murder", "fraud", "high treason", "cheque", "membership of a banned party"]
CLAIMS = [
    "He says that he is innocent.",
    "She denies everything and calls the case political.",
    "The defence claims that the charge is revenge for his politics.",
]


def test_a_plain_crime_with_nothing_known_is_insufficient_and_not_none():
    result = screened(notice("Murder"))
    assert result.rule_breach.band == "none"
    assert result.article_2_3.band == "insufficient"
    assert result.evidence.band == "insufficient"
    assert result.band == "insufficient"


def test_a_charge_alone_is_never_a_strong_case():
    result = screened(notice("High treason; insulting the president; blasphemy"))
    assert result.article_2_3.band == "some"
    assert result.evidence.band == "none"
    assert result.band == "some"


def test_a_confirmed_refugee_makes_a_breach_and_a_strong_case():
    refugee = fact("protection", "refugee", level="authority", against="KZ")
    result = screened(with_facts(refugee, fact("profession", "journalist")))
    states = {one.condition: one.state for one in result.rule_breach.conditions}
    assert states["REFPOL"] == "breach"
    assert result.rule_breach.band == "strong"
    assert result.article_2_3.band == "strong"
    factors = {one.factor: one.state for one in result.article_2_3.factors}
    assert factors["d"] == factors["e"] == factors["b"] == "points"
    assert factors["f"] == "unknown"


def test_a_strong_counter_indicator_weakens_the_case_and_asks_for_a_second_analyst():
    critic = fact("profession", "journalist"), fact("timing", "after_activism")
    upheld = fact("ccf", "compliant", level="authority")
    before, after = screened(with_facts(*critic)), screened(with_facts(*critic, upheld))
    assert not before.article_2_3.second_analyst
    assert after.article_2_3.second_analyst
    assert after.concern < before.concern


def test_evidence_counts_levels_and_says_nothing_else():
    result = screened(
        with_facts(
            fact("profession", "journalist", level="alleged"),
            fact("ccf", "not_compliant", level="authority"),
        )
    )
    evidence = result.evidence
    assert (evidence.authority, evidence.documented, evidence.alleged) == (1, 0, 1)
    assert evidence.band == "strong"


def test_the_outputs_are_three_and_none_is_a_number():
    result = screened(notice("High treason"))
    for output in (result.rule_breach, result.article_2_3, result.evidence):
        assert output.band in BANDS
        assert output.reasons


def test_what_would_tell_most_is_asked_first_and_only_what_is_not_known():
    bare = screened(notice("Fraud"))
    assert bare.unknown[0].startswith("Protection:")
    known = screened(with_facts(fact("protection", "none_asked")))
    assert not any(one.startswith("Protection:") for one in known.unknown)


def test_a_bare_refusal_of_extradition_counts_for_nothing_and_its_ground_is_asked():
    refused = fact("extradition", "refused", ground="not_known", level="authority")
    result = screened(with_facts(refused))
    assert not result.findings
    assert any(one.startswith("Ground of the extradition") for one in result.unknown)
    assert answer(prior_extradition_refusal=True).concern == answer().concern


def test_missing_identity_is_a_question_and_not_a_finding():
    thin = IdentityIn(
        family_name=True, forename=False, sex=True, birth_year=True, description=False
    )
    result = screened(notice("Fraud", identity=thin))
    assert "I15" not in ids(result.findings)
    assert any("forename, physical description" in one for one in result.unknown)
    assert not any("identity" in one for one in screened(notice("Fraud")).unknown)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("charge", CHARGES)
def test_a_claim_of_innocence_changes_no_score(claim, charge):
    base = "A book-keeper who left the town."
    without = screened(told(base, charge=charge))
    with_claim = screened(told(base, claim, charge=charge))
    assert with_claim.concern == without.concern
    assert with_claim.band == without.band


@pytest.mark.parametrize("code", ["RU", "SE", "US", "TR", "", None, "XX", 7])
@pytest.mark.parametrize(
    "asylum", ["unknown", "refugee_recognised_against_requesting_state"]
)
def test_country_and_nationality_change_no_score(code, asylum):
    base = answer(asylum_status=asylum, charges="Sedition")
    other = answer(
        asylum_status=asylum,
        charges="Sedition",
        requesting_country=code,
        nationality=code,
    )
    assert (other.concern, other.band) == (base.concern, base.band)


@given(st.permutations(["fraud", "murder of a guard", "sedition", "cheque", "rape"]))
def test_the_order_of_charges_and_warrants_does_not_matter(order):
    charges = tuple(ChargeIn(text, "charges") for text in order)
    apart = tuple(WarrantIn("KZ", (one,)) for one in charges)
    base = tuple(ChargeIn(text, "charges") for text in sorted(order))
    assert screened(NoticeFacts(warrants=(WarrantIn("KZ", charges),))) == screened(
        NoticeFacts(warrants=(WarrantIn("KZ", base),))
    )
    assert (
        screened(NoticeFacts(warrants=apart)).concern
        == screened(NoticeFacts(warrants=apart[::-1])).concern
    )


texts = st.text(max_size=300)
some_facts = st.builds(
    FactIn,
    kind=st.sampled_from([*RULES.facts, "weather"]),
    value=st.sampled_from(
        [value for table in RULES.facts.values() for value in table.values] + ["x"]
    ),
    quote=texts,
    field=st.just("facts"),
    level=st.sampled_from(["alleged", "documented", "authority"]),
    against=st.sampled_from([None, "KZ", "RU"]),
    ground=st.sampled_from(["", "not_known", "political_motive"]),
    years=st.none() | st.floats(allow_nan=True),
)
anything = st.builds(
    NoticeFacts,
    kind=st.sampled_from(["red", "blue", "yellow", "silver", "other", ""]),
    warrants=st.lists(
        st.builds(
            WarrantIn,
            issuer=st.none() | st.sampled_from(["KZ", "FR"]),
            charges=st.lists(
                st.builds(ChargeIn, text=texts, field=st.just("charges")), max_size=3
            ).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    facts=st.lists(some_facts, max_size=5).map(tuple),
    texts=st.lists(st.builds(TextIn, text=texts, field=st.just("facts"))).map(tuple),
)


@given(anything)
def test_any_input_gets_an_answer_with_quotes_from_it(facts: NoticeFacts):
    result = screened(facts)
    assert 0 <= result.concern <= 1
    assert result.band in BANDS
    held = [charge.text for one in facts.warrants for charge in one.charges]
    held += [one.issuer or "" for one in facts.warrants]
    held += [one.text for one in facts.texts] + [one.quote for one in facts.facts]
    for one in (*result.findings, *result.counter):
        assert any(one.quote in text for text in held)
        assert 1 <= one.strength <= 3


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "subject", "facts", "charges", "charge_categories", "conviction",
                "profession_status", "asylum_status", "max_penalty_years", "alert_kind",
                "requesting_country", "prior_ccf_decision_same_matter", "timing_note",
                "co_accused_deleted", "prior_extradition_refusal", "nationality",
            ]
        ),
        json_values,
    )
)  # fmt: skip
def test_a_case_of_wrong_types_is_answered(values):
    assert answer(**values).band in BANDS


def test_contradictory_facts_are_both_shown():
    result = screened(
        with_facts(
            fact("ccf", "compliant", level="authority"),
            fact("ccf", "not_compliant", level="authority"),
        )
    )
    assert "I02" in ids(result.findings)
    assert "C03" in ids(result.counter)
    assert result.article_2_3.second_analyst

"""Each indicator and counter-indicator: where it holds and where it does not."""

import pytest

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


CHARGES = [
    ("I05", "Insulting the king in a song", "Fraud by false invoices"),
    ("I06", "High treason", "Murder of a driver"),
    ("I06", "Blasphemy", "Theft of a car"),
    ("I07", "Membership of a banned movement", "Membership of a gang; murder"),
    ("I10", "Cheque without funds", "Cheques without funds; human trafficking"),
    ("I10", "Non-payment of alimony", "Murder"),
    ("I13", "art. 110, 81 penal code", "art. 110 penal code, murder"),
    ("I13", "Terrorism", "Terrorism: murder of nine people with explosives"),
    ("C04", "Transport of 30 kg of cocaine", "Transport of cocaine"),
]


@pytest.mark.parametrize(("indicator", "holds", "not_there"), CHARGES)
def test_charges(indicator, holds, not_there):
    assert indicator in found(notice(holds))
    assert indicator not in found(notice(not_there))


KZ, RU = {"against": "KZ"}, {"against": "RU"}
FACTS = [
    ("I01", ("protection", "refugee", KZ), ("protection", "refugee", RU)),
    ("I01", ("protection", "asylum_seeker", KZ), ("protection", "none_asked", {})),
    ("I02", ("ccf", "not_compliant", {}), ("ccf", "inadmissible", {})),
    (
        "I03",
        ("extradition", "refused", {"ground": "political_motive"}),
        ("extradition", "refused", {"ground": "not_known"}),
    ),
    (
        "I03",
        ("extradition", "refused", {"ground": "fair_trial"}),
        ("extradition", "refused", {"ground": "nationality"}),
    ),
    (
        "I04",
        ("human_rights_body", "violation", {}),
        ("human_rights_body", "no_violation", {}),
    ),
    ("I08", ("warrant_state", "withdrawn", {}), ("warrant_state", "valid", {})),
    (
        "I09",
        ("penalty", "maximum", {"years": 1.0}),
        ("penalty", "maximum", {"years": 2.0}),
    ),
    (
        "I09",
        ("penalty", "sentence", {"years": 0.4}),
        ("penalty", "sentence", {"years": 1}),
    ),
    ("I11", ("conviction", "acquitted", {}), ("conviction", "in_presence", {})),
    ("I12", ("conviction", "judged_elsewhere", {}), ("conviction", "acquitted", {})),
    ("I14", ("other", "label_and_facts_differ", {}), ("other", "concrete_facts", {})),
    ("I15", ("other", "mistaken_identity", {}), ("other", "concrete_facts", {})),
    ("I16", ("profession", "journalist", {}), ("profession", "businessperson", {})),
    ("I16", ("profession", "lawyer", {}), ("profession", "none_known", {})),
    ("I17", ("timing", "after_fall_out", {}), ("timing", "before_any_trigger", {})),
    ("I18", ("other", "officials_prejudge", {}), ("other", "fugitive", {})),
    ("I19", ("co_accused", "mass_case", {}), ("co_accused", "convicted", {})),
    ("I20", ("co_accused", "deleted", {}), ("co_accused", "convicted", {})),
    ("I21", ("other", "special_court", {}), ("warrant_state", "valid", {})),
    ("I22", ("conviction", "in_absentia", {}), ("conviction", "in_presence", {})),
    ("I23", ("other", "coerced_evidence", {}), ("other", "concrete_facts", {})),
    ("I24", ("other", "torture_risk", {}), ("other", "travel", {})),
    ("I25", ("other", "relatives_pressured", {}), ("other", "travel", {})),
    ("I26", ("other", "business_raid", {}), ("other", "money_trail", {})),
    ("I27", ("other", "ransom_offer", {}), ("other", "money_trail", {})),
    ("I28", ("extradition", "never_requested", {}), ("extradition", "pending", {})),
    (
        "I29",
        ("extradition", "alert_kept_after_refusal", {}),
        ("extradition", "pending", {}),
    ),
    ("I30", ("ccf", "reissued", {}), ("ccf", "inadmissible", {})),
    ("I32", ("other", "passport_revoked", {}), ("other", "travel", {})),
    ("I35", ("other", "nationality_stripped", {}), ("other", "travel", {})),
    ("I36", ("ccf", "bureau_silent", {}), ("ccf", "compliant", {})),
    ("I37", ("other", "designation_by_asker_only", {}), ("other", "personal_act", {})),
    ("I39", ("timing", "around_event", {}), ("timing", "before_any_trigger", {})),
    ("I40", ("other", "claimed_alert", {}), ("ccf", "compliant", {})),
    ("I41", ("other", "interstate_conflict", {}), ("other", "travel", {})),
    (
        "C01",
        ("conviction", "in_presence", {"ground": "fair_trial_violent"}),
        ("conviction", "in_absentia", {}),
    ),
    (
        "C02",
        ("extradition", "granted", {"ground": "full_hearing"}),
        ("extradition", "pending", {}),
    ),
    ("C03", ("ccf", "compliant", {}), ("ccf", "not_compliant", {})),
    ("C05", ("other", "victims_identified", {}), ("other", "travel", {})),
    ("C06", ("conviction", "charged_elsewhere", {}), ("conviction", "acquitted", {})),
    ("C07", ("other", "assets_found", {}), ("other", "travel", {})),
    ("C08", ("timing", "posed_after_charge", {}), ("timing", "after_activism", {})),
    (
        "C09",
        ("protection", "refused", {"ground": "credibility"}),
        ("protection", "refused", {"ground": "procedure"}),
    ),
    ("C10", ("other", "personal_act", {}), ("other", "travel", {})),
    (
        "C11",
        ("extradition", "requested_promptly", {}),
        ("extradition", "never_requested", {}),
    ),
    ("C12", ("other", "wanted_elsewhere", {}), ("other", "travel", {})),
    ("C13", ("other", "money_trail", {}), ("other", "business_raid", {})),
    ("C14", ("other", "fugitive", {}), ("other", "travel", {})),
    ("C15", ("other", "doubtful_evidence", {}), ("other", "concrete_facts", {})),
]


@pytest.mark.parametrize(("indicator", "holds", "not_there"), FACTS)
def test_recorded_facts(indicator, holds, not_there):
    for (kind, value, more), expected in ((holds, True), (not_there, False)):
        assert (indicator in found(from_fact(kind, value, **more))) is expected


def test_a_blue_notice_that_names_charges_is_used_beyond_its_purpose():
    assert "I31" in found(notice("Fraud", kind="blue"))
    assert "I31" not in found(notice("Fraud"))
    assert "I31" not in found(notice("", kind="blue"))


def test_a_missing_person_notice_in_a_custody_matter():
    charge = "Interference with custody of a child"
    assert "I33" in found(notice(charge, kind="yellow"))
    assert "I33" not in found(notice("Murder", kind="yellow"))


def test_an_asset_tool_against_someone_in_public_life():
    critic = fact("profession", "journalist")
    assert "I34" in found(with_facts(critic, kind="silver"))
    assert "I34" not in found(with_facts(critic))
    trader = fact("profession", "businessperson")
    assert "I34" not in found(with_facts(trader, kind="silver"))


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

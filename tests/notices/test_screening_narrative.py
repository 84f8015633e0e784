"""Free text: what it suggests, and what it must not."""

from dataclasses import replace

from notices.screening.rules import assess
from notices.screening.types import TextIn, WarrantIn
from tests.notices.screening_cases import (
    RULES,
    fact,
    found,
    screened,
    told,
    with_facts,
)


def test_what_is_said_before_a_claim_in_a_sentence_still_counts():
    text = "Norway granted her asylum, and she says that she is innocent."
    assert "I01" in found(told(text))


def test_a_suggestion_for_a_stored_notice_waits_and_does_not_count():
    facts = told("Norway granted her asylum.", charge="Murder")
    counted = screened(facts)
    waiting = assess(facts, RULES, count_suggestions=False)
    assert {one.indicator for one in waiting.suggestions} == {"I01"}
    assert not waiting.findings
    assert waiting.concern < counted.concern


def test_a_role_in_a_story_is_not_the_person_s_where_that_was_looked_up():
    story = "A journalist of the town saw it."
    assert "I16" in found(told(story))
    looked_up = with_facts(
        fact("profession", "businessperson"), texts=(TextIn(story, "facts"),)
    )
    assert "I16" not in found(looked_up)


def test_a_name_of_the_state_that_asks_is_no_other_state():
    text = "A Norwegian court opened a file and traced the money."
    facts = told(text)
    assert "C06" in found(facts)
    asked_by_norway = replace(facts, warrants=(WarrantIn("NO", ()),))
    assert "C06" not in found(asked_by_norway)


def test_good_proof_does_not_bring_back_a_warrant_that_lapsed():
    proof = "His fingerprints were on the safe and the victims lost their savings."
    lapsed = fact("warrant_state", "annulled", level="authority")
    text = (TextIn(proof, "facts"),)
    assert screened(with_facts(lapsed, texts=text)).band != "none"
    assert screened(with_facts(texts=text)).band == "none"


def test_beside_a_murder_what_the_person_is_and_an_open_asylum_claim_are_context():
    seeker = fact("protection", "asylum_seeker", against="KZ")
    critic = fact("profession", "journalist")

    def strengths(charge: str) -> dict[str, int]:
        findings = screened(with_facts(seeker, critic, charge=charge)).findings
        return {one.indicator: one.strength for one in findings}

    assert strengths("Murder") == {"I01": 1, "I16": 1}
    assert strengths("Fraud") == {"I01": 2, "I16": 2}

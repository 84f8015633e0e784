"""Free text: what it suggests, and what it must not."""

from notices.screening.rules import assess
from tests.notices.screening_cases import RULES, found, screened, told


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

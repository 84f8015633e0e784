"""Free text: what it suggests, and what it must not."""

import pytest

from notices.screening.rules import assess
from tests.notices.screening_cases import RULES, found, screened, told

SUGGESTED = [
    ("I01", "Norway granted her asylum in 2015."),
    ("I01", "He holds a humanitarian visa."),
    ("I02", "INTERPOL refused an earlier request on the same matter."),
    ("I03", "The court refused extradition because the case was political."),
    ("I04", "The Working Group on Arbitrary Detention found a violation."),
    ("I05", "The charges concern what she said in a broadcast."),
    ("I07", "No violent act is attributed to him."),
    ("I08", "The request came before any charge was filed."),
    ("I08", "The warrant was later quashed."),
    ("I10", "It began as a dispute with a business partner over an unpaid loan."),
    ("I11", "He had been acquitted of it."),
    ("I12", "Prosecutors abroad looked at it and brought no charge."),
    ("I13", "The summary names no date or place."),
    ("I14", "He was in hospital abroad at the time."),
    ("I15", "The police had the wrong man."),
    ("I17", "She fell out with the president."),
    ("I18", "The president called him a traitor on state television."),
    ("I19", "He is one of several hundred accused in a mass trial."),
    ("I20", "Two co-accused were acquitted."),
    ("I21", "A military court has the case."),
    ("I22", "She was sentenced in her absence."),
    ("I23", "The main witness retracted his statement."),
    ("I24", "He had been kidnapped and beaten by agents."),
    ("I25", "His brother was arrested to make him return."),
    ("I26", "A business rival with ties to the government took the company."),
    ("I27", "They offered to drop the case in return for his shares."),
    ("I28", "The state never asked for extradition."),
    ("I30", "A second notice came after the first was deleted."),
    ("I32", "Her passport was revoked."),
    ("I35", "He was stripped of citizenship."),
    ("I36", "The bureau did not answer."),
    ("I37", "His party was banned."),
    ("I39", "It came weeks before the parliamentary election."),
    ("C01", "He pleaded guilty."),
    ("C02", "The court approved his extradition."),
    ("C03", "The Commission upheld the notice."),
    ("C04", "His fingerprints were on the safe."),
    ("C05", "The victims lost their savings."),
    ("C06", "She was also indicted in another country."),
    ("C07", "A bank froze his accounts."),
    ("C08", "He became a critic only after the case was opened."),
    ("C09", "His asylum claim was rejected as not credible."),
    ("C10", "He ordered the massacre."),
    ("C12", "She is also wanted in two other countries."),
    ("C13", "He took bribes and bought a villa."),
    ("C14", "He lived under a false name."),
]

NOT_SUGGESTED = [
    ("I01", "He was never granted asylum."),
    ("I01", "His request for asylum was refused."),
    ("I03", "The court refused extradition."),
    ("I03", "He says that the court refused extradition because it was political."),
    ("I11", "Others were acquitted in that trial."),
    ("I16", "The defence says that he is a journalist."),
    ("I17", "He claims that he fell out with the president."),
    ("I24", "He is said to have tortured a guard, and denies it."),
    ("C01", "He confessed under torture."),
    ("C06", "Prosecutors abroad declined to charge him."),
    ("C13", "She exposed bribes paid to ministers."),
]


@pytest.mark.parametrize(("indicator", "sentence"), SUGGESTED)
def test_a_sentence_suggests_a_finding_and_is_quoted(indicator, sentence):
    assessment = screened(told(sentence))
    mine = [
        one
        for one in (*assessment.findings, *assessment.counter)
        if one.indicator == indicator
    ]
    assert mine
    assert all(one.suggestion and one.field == "facts" for one in mine)
    assert all(one.quote in sentence for one in mine)


@pytest.mark.parametrize(("indicator", "sentence"), NOT_SUGGESTED)
def test_a_denial_or_a_claim_of_the_persons_side_suggests_nothing(indicator, sentence):
    assert indicator not in found(told(sentence))


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

"""What other records point to, from plain data: no database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.context.dates import first_day, last_day, stale_from
from notices.context.known import (
    Event,
    Known,
    OtherAlert,
    Outcome,
    Recorded,
    SameText,
)
from notices.screening.rules import assess
from notices.screening.ruleset import load
from notices.screening.types import ChargeIn, FactIn, NoticeFacts, WarrantIn

RULES = load()
ALERT = date(2026, 5, 20)
SPEECH = "Insulting the president in posts on a channel that he ran for years"
NAMES = (("RU", "Russia"),)


def facts(known: Known, charge: str = SPEECH, **kw) -> NoticeFacts:
    warrant = WarrantIn("RU", (ChargeIn(charge, "warrant 1, charge 1"),))
    return NoticeFacts(warrants=(warrant,), context=known, **kw)


def found(known: Known, indicator: str, charge: str = SPEECH, **kw):
    one = assess(facts(known, charge, **kw), RULES, count_suggestions=False)
    return [
        finding
        for finding in (*one.findings, *one.counter)
        if finding.indicator == indicator
    ]


def election(**kw) -> Event:
    first = kw.pop("first", ALERT + timedelta(days=30))
    values = {
        "key": "ev1",
        "country": "RU",
        "kind": "election",
        "what": "A presidential election",
        "first": first,
        "last": kw.pop("last", first),
    }
    return Event(**values | kw)


def around(*events: Event) -> Known:
    return Known(
        names=NAMES, alert_on=ALERT, alert_by="the day of the warrant", events=events
    )


def test_an_alert_close_to_an_election_is_context_with_its_event():
    (one,) = found(around(election()), "I39")
    assert one.is_context
    assert one.strength == 1
    assert one.quote == "A presidential election"
    assert one.rests_on == (("entry", "ev1"),)
    assert one.articles
    assert "30 days before it" in one.reason


@pytest.mark.parametrize(
    ("days", "holds"), [(90, True), (91, False), (-30, True), (-31, False), (0, True)]
)
def test_the_time_around_an_event_has_two_ends(days, holds):
    event = election(first=ALERT + timedelta(days=days))
    assert bool(found(around(event), "I39")) is holds


def test_events_move_no_output_however_many_there_are():
    """A country and a time alone never decide about a person."""
    plain = assess(facts(around()), RULES, count_suggestions=False)
    kinds = list(RULES.context.events)
    events = [election(key=f"e{n}", kind=kind) for n, kind in enumerate(kinds)]
    known = replace(
        around(*events),
        record=(Recorded("RU", 9, "Used notices", "May 2026", "authority", ("r",)),),
    )
    full = assess(facts(known), RULES, count_suggestions=False)
    assert len(full.findings) > len(plain.findings)
    for name in ("concern", "band", "rule_breach", "article_2_3", "evidence"):
        assert getattr(full, name) == getattr(plain, name), name


def test_missing_events_are_never_called_none():
    notes = assess(facts(around()), RULES).context_notes
    assert "no events recorded for this country and time" in notes[0]
    assert "20 May 2025 to" in notes[0] or "May 2024 to" in notes[0]
    assert not any("none" in note.lower().split() for note in notes)
    unknown = assess(facts(Known(names=NAMES)), RULES).context_notes
    assert "no event was compared" in unknown[0]


def test_a_described_case_has_no_context():
    one = assess(NoticeFacts(), RULES)
    assert one.context_notes == ()


def test_an_old_record_is_named_and_not_read():
    old = Recorded("RU", 0, old_since="March 2024")
    known = Known(names=NAMES, record=(old,))
    assert not found(known, "I38")
    notes = assess(facts(known), RULES).context_notes
    assert "last entry is of March 2024, older than 12 months" in notes[-1]


def same_text(people: int = 5, text: str = SPEECH) -> Known:
    one = SameText("RU", text, "warrant 1, charge 1", people, ("2026-1", "2026-2"))
    return Known(names=NAMES, same_text=(one,))


def test_a_copied_text_with_a_date_is_serious_and_bare_words_are_context():
    told = f"{SPEECH}, on 4 May 2026 in the square before the ministry of the interior"
    (weak,), (serious,) = (
        found(same_text(text=text), "I19", text) for text in (SPEECH, told)
    )
    assert (weak.strength, weak.is_context) == (1, True)
    assert "words of a law" in weak.reason
    assert (serious.strength, serious.is_context) == (2, False)
    assert "at least 5 other people" in serious.reason
    assert serious.quote in told
    assert serious.rests_on == (("notice", "2026-1"), ("notice", "2026-2"))


def test_a_gang_of_killers_is_no_mass_case_against_critics():
    text = "Murder of two people on 4 May 2026 in the yard of a house in the capital"
    (one,) = found(same_text(text=text), "I19", text)
    assert (one.strength, one.is_context) == (1, True)


def outcome(kind: str, value: str, **kw) -> Known:
    text = SPEECH + ", and taking 30 million euro"
    values = {"ground": "", "level": "authority", "words": "The words", "text": text}
    one = Outcome(kind, value, notice="2026-9", **values | kw)
    return Known(names=NAMES, outcomes=(one,))


def test_what_freed_a_co_accused_counts_and_what_did_not_does_not():
    (one,) = found(outcome("ccf", "not_compliant"), "I20")
    # It was found of somebody else.
    assert (one.strength, one.level, one.quote) == (2, "documented", "The words")
    assert not found(outcome("ccf", "not_compliant", text=SPEECH), "I20")
    assert one.rests_on == (("notice", "2026-9"),)
    (weak,) = found(outcome("ccf", "not_compliant", level="alleged"), "I20")
    assert weak.strength == 1
    for kind, value in (
        ("ccf", "compliant"),
        ("conviction", "served"),
        ("conviction", "in_presence"),
        ("extradition", "granted"),
        ("profession", "journalist"),
        ("nonsense", "x"),
    ):
        assert not found(outcome(kind, value), "I20"), value
    refused = outcome("extradition", "refused", ground="nationality")
    assert not found(refused, "I20")
    refused = outcome("extradition", "refused", ground="political_motive")
    assert found(refused, "I20")


def earlier(**kw) -> Known:
    values = {
        "notice": "2024-7",
        "label": "2024/7",
        "kind": "red",
        "issuer": "RU",
        "charges": (SPEECH,),
        "gone_on": ALERT - timedelta(days=100),
    }
    other = OtherAlert(**values | kw)
    return Known(names=NAMES, listed_on=ALERT, alert_on=ALERT, others=(other,))


def test_an_alert_after_one_that_left_the_list_is_not_called_a_deletion():
    (one,) = found(earlier(), "I30")
    assert one.strength == 1
    assert "no longer publicly listed since 9 Feb 2026" in one.reason
    assert "no deletion" in one.reason
    (other,) = found(earlier(charges=("Fraud",)), "I30")
    assert other.strength == 2
    assert not found(earlier(issuer="TR"), "I30")
    assert not found(earlier(gone_on=None), "I30")
    assert not found(earlier(gone_on=ALERT), "I30")
    assert not found(replace(earlier(), listed_on=None), "I30")


def test_an_alert_after_a_deletion_by_the_ccf_may_decide():
    def deleted(on: str) -> FactIn:
        return FactIn(
            "ccf", "not_compliant", "Deleted", "fact: ccf", "authority", happened_on=on
        )

    known = Known(names=NAMES, listed_on=ALERT, alert_on=ALERT)
    (one,) = found(known, "I30", facts=(deleted("2025-03"),))
    assert (one.strength, one.level) == (3, "authority")
    # A decision of the same year may be later than the alert.
    assert not found(known, "I30", facts=(deleted("2026"),))
    assert not found(known, "I30", facts=(deleted("2026-06-01"),))


def test_another_state_counts_against_misuse_only_on_another_charge():
    other = earlier(issuer="FR", charges=("Murder of a woman",), gone_on=None)
    (one,) = found(other, "C12")
    assert one.is_counter
    assert "Whether the cases are separate" in one.reason
    assert not found(earlier(issuer="FR", gone_on=None), "C12")
    assert not found(earlier(issuer="FR", charges=("Zzz",), gone_on=None), "C12")


def test_every_finding_quotes_a_record_and_cites_a_rule():
    known = replace(
        same_text(),
        events=(election(),),
        listed_on=ALERT,
        alert_on=ALERT,
        record=(Recorded("RU", 1, "Used notices", "May 2026", "alleged", ("r",)),),
        others=earlier().others,
        outcomes=outcome("ccf", "not_compliant").outcomes,
    )
    one = assess(facts(known), RULES, count_suggestions=False)
    computed = [f for f in (*one.findings, *one.counter) if f.rests_on]
    assert {f.indicator for f in computed} == {"I19", "I20", "I30", "I38", "I39"}
    assert all(f.quote in repr(known) and f.articles and f.reason for f in computed)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from([7, 10]))
def test_stored_dates_span_what_they_can_mean(day, length):
    text = day.isoformat()[:length]
    assert first_day(text) <= day <= last_day(text)
    assert last_day(text).isoformat()[:length] == text


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_a_year_after_its_day_an_entry_is_old(day):
    old = stale_from(day.isoformat(), 12)
    assert timedelta(days=365) < old - day <= timedelta(days=367)

"""What stored notices get from other records, and what must not show through them."""

from datetime import timedelta

import pytest

from notices.choices import (
    Confidentiality,
    ContextKind,
    FactKind,
    Level,
    Listing,
    RunState,
)
from notices.identity.choices import Ground
from notices.identity.matters import leave, open_matter
from notices.models import ContextEntry, FeedRun, Finding, Notice, PersonFact, Screening
from notices.screening.facts import record_fact
from notices.screening.services import screen_notices
from tests.factories import NOON, make_feed, make_notice, make_person, make_user

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
TEXT = "Taking part in the riots before the parliament and taking 30 million euro"


def of(notice: Notice, indicator: str) -> Finding | None:
    return Finding.objects.filter(
        screening__notice=notice, screening__is_current=True, indicator=indicator
    ).first()


def notes(notice: Notice) -> str:
    return " ".join(Screening.objects.get(notice=notice, is_current=True).context_notes)


def many(number: int, charge: str = TEXT, **kw) -> list[Notice]:
    return [
        make_notice(charge=charge, family_name=f"ORLUK{n}", **kw) for n in range(number)
    ]


def read_whole(notice: Notice, days: int = 10) -> None:
    """Its feed was read as a whole some days before the notice was first seen."""
    feed = make_feed()
    FeedRun.objects.create(
        feed=feed,
        state=RunState.COMPLETE,
        is_full=True,
        created_at=NOON,
        ended_at=NOON - timedelta(days=days),
    )
    Notice.objects.filter(pk=notice.pk).update(feed=feed)


def entry(**kw) -> ContextEntry:
    return ContextEntry.objects.create(
        **{
            "country_id": "RU",
            "kind": ContextKind.ELECTION,
            "happened_on": "2026-12",
            "what": "An invented election",
            "source": "An invented gazette",
            "level": Level.DOCUMENTED,
            "is_invented": True,
            "entered_by": make_user(),
            "entered_at": NOON,
            **kw,
        }
    )


def test_the_same_words_for_many_people_reach_those_that_were_screened_before():
    first = many(5)
    screen_notices(notice_ids=None, at=NOON)
    assert of(first[0], "I19") is None
    (sixth,) = many(1)
    report = screen_notices(notice_ids=None, at=LATER)
    assert report.screened == 1
    found = of(first[0], "I19")
    assert found.quote == TEXT
    assert "at least 5 other people" in found.reason
    assert of(sixth, "I19") is not None
    keys = {key for kind, key in found.rests_on if kind == "notice"}
    assert first[0].key not in keys
    assert keys <= {one.key for one in (*first, sixth)}
    # A seventh changes nothing for the others.
    many(1)
    screen_notices(notice_ids=None, at=LATER)
    screened = Screening.objects.filter(notice=first[0]).count()
    assert screened == 2


def test_short_texts_other_states_and_one_person_make_no_mass_case():
    fraud = many(7, charge="Fraud on a large scale")
    elsewhere = [
        *many(4),
        *many(4, issuer="TR"),
    ]
    person = make_person()
    same = many(6, charge=f"{TEXT} twice", person=person)
    screen_notices(notice_ids=None, at=NOON)
    for one in (*fraud, *elsewhere, *same):
        assert of(one, "I19") is None


def test_hidden_notices_count_for_nobody():
    public = many(3)
    for level in (Confidentiality.RESTRICTED, Confidentiality.ORGANISATION):
        many(4, confidentiality=level)
    screen_notices(notice_ids=None, at=NOON)
    assert of(public[0], "I19") is None
    assert not Finding.objects.filter(indicator="I19").exists()


def freed(person, kind=FactKind.CCF, value="not_compliant") -> PersonFact:
    return record_fact(
        person=person,
        actor=make_user(),
        at=LATER,
        kind=kind,
        value=value,
        level=Level.AUTHORITY,
        source="The decision",
    )


def test_the_outcome_of_a_co_accused_reaches_the_others_at_once():
    one, other = many(2)
    screen_notices(notice_ids=None, at=NOON)
    freed(other.person)
    found = of(one, "I20")
    assert found.quote == "Not compliant, deleted"
    assert found.rests_on == [["notice", other.key]]
    assert other.person.display_name not in found.reason + found.quote
    assert of(other, "I20") is None


def test_protected_facts_and_hidden_people_do_not_show_through_a_co_accused():
    one, refugee = many(2)
    (hidden,) = many(1, confidentiality=Confidentiality.RESTRICTED)
    (inside,) = many(1, confidentiality=Confidentiality.ORGANISATION)
    screen_notices(notice_ids=None, at=NOON)
    before = list(Screening.objects.filter(notice=one).values())
    freed(refugee.person, kind=FactKind.PROTECTION, value="refugee")
    freed(hidden.person)
    freed(inside.person)
    screen_notices(notice_ids=[one.pk], at=LATER)
    assert list(Screening.objects.filter(notice=one).values()) == before


def test_an_alert_after_a_removal_and_another_state_are_seen_in_other_notices():
    person = make_person()
    old = make_notice(
        person=person,
        charge="Fraud",
        listing=Listing.NO_LONGER_LISTED,
        absent_since=NOON - timedelta(days=60),
        first_seen=NOON - timedelta(days=900),
    )
    new = make_notice(person=person, charge=TEXT)
    other = make_notice(person=person, charge="Murder of a woman", issuer="FR")
    read_whole(new)
    screen_notices(notice_ids=None, at=NOON)
    again = of(new, "I30")
    assert again.quote == old.reference
    assert again.strength == 2
    assert of(new, "C12").rests_on == [["notice", other.key]]
    assert of(old, "I30") is None


def test_without_an_earlier_whole_list_the_day_of_an_alert_is_not_known():
    """What the first import brings may be years old."""
    notice = make_notice()
    entry()
    screen_notices(notice_ids=None, at=NOON)
    assert of(notice, "I39") is None
    assert "no event was compared" in notes(notice)


def test_a_new_alert_is_compared_with_the_events_of_its_state_and_of_no_other():
    notice = make_notice()
    read_whole(notice)
    screen_notices(notice_ids=None, at=NOON)
    assert "Russia: no events recorded for this country and time" in notes(notice)
    held = entry()
    entry(country_id="TR", what="Another election")
    entry(what="A withdrawn one", withdrawn_at=NOON, withdrawn_reason="Wrong",
          withdrawn_by=make_user())  # fmt: skip
    screen_notices(notice_ids=[notice.pk], at=LATER)
    found = of(notice, "I39")
    assert found.is_context
    assert found.quote == held.what
    assert found.rests_on == [["entry", held.key]]
    assert "1 recorded for" in notes(notice)


def test_the_day_of_the_warrant_is_better_than_the_day_of_the_listing():
    notice = make_notice()
    read_whole(notice)
    PersonFact.objects.create(
        person=notice.person,
        kind=FactKind.WARRANT_STATE,
        value="valid",
        happened_on="2019-03-14",
        level=Level.DOCUMENTED,
        source="The warrant",
        recorded_by=make_user(),
        recorded_at=NOON,
    )
    entry(happened_on="2019-03-01", kind=ContextKind.PROTEST, what="Invented protests")
    screen_notices(notice_ids=None, at=NOON)
    assert "13 days after it" in of(notice, "I17").reason
    assert "14 Mar 2019 (the day of the warrant)" in notes(notice)


def test_the_record_of_a_state_is_context_and_grows_old():
    notice = make_notice()
    held = entry(kind=ContextKind.MISUSE, happened_on="2026-03", what="It used notices")
    entry(kind=ContextKind.REFORM, happened_on="2026-10", what="It changed a law")
    screen_notices(notice_ids=None, at=NOON)
    found = of(notice, "I38")
    assert (found.strength, found.is_context) == (1, True)
    assert found.rests_on == [["entry", held.key]]
    screen_notices(notice_ids=[notice.pk], at=NOON + timedelta(days=200))
    assert of(notice, "I38") is None
    assert "March 2026, older than 12 months" in notes(notice)


def test_a_text_that_fewer_share_again_is_heard_of_by_the_others():
    first = many(6)
    screen_notices(notice_ids=None, at=NOON)
    assert of(first[0], "I19") is not None
    for one in first[2:]:
        Screening.objects.filter(notice=one).delete()
        one.changes.all().delete()
        one.review.delete()
        one.delete()
    screen_notices(notice_ids=[first[1].pk], at=LATER)
    assert of(first[0], "I19") is None
    many(4)
    screen_notices(notice_ids=None, at=LATER)
    assert of(first[0], "I19") is not None


def test_a_matter_ties_co_accused_whose_texts_differ_and_nobody_hidden(ana):
    one = make_notice(charge="Fraud", family_name="ORLUK")
    other = make_notice(charge="Theft", family_name="BREZAN")
    hidden = make_notice(
        charge="Theft",
        family_name="ZAKRYTOV",
        confidentiality=Confidentiality.RESTRICTED,
    )
    hidden.grants.create(user=ana)
    freed(other.person)
    freed(hidden.person, value="deleted_before_decision")
    matter = open_matter(
        title="The bread affair",
        people=[(notice.person, Ground.HAND) for notice in (one, other, hidden)],
        reason="One indictment",
        actor=ana,
        at=LATER,
    )
    found = Finding.objects.filter(
        screening__notice=one, screening__is_current=True, indicator="I20"
    )
    assert [row.rests_on for row in found] == [[["notice", other.key]]]
    assert (found[0].strength, "one matter" in found[0].reason) == (2, True)
    leave(
        matter=matter, person=other.person, reason="Another case", actor=ana, at=LATER
    )
    assert of(one, "I20") is None

"""Blind second readings: nothing of the first is told before the second is written."""

from dataclasses import replace
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import Outcome, ReasonCode, ReviewState
from cases.digests.gather import flags_open_to
from cases.models import Review, ReviewTransition, SealedReading
from cases.quality.own import own_figures
from cases.review.said import ReviewRefused
from cases.review.services import Decision
from notices.choices import Verdict
from notices.models import Judgement
from notices.screening.judgements import add_finding
from notices.screening.seals import SEALED_REASON
from notices.screening.services import screen_notices
from notices.screening.tables import current_version
from tests.cases.review_makers import FLAG, NOT_FLAGGED, form, page_of, send, step
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db
SECRET = "unheardword"
BLIND = Decision(
    outcome=Outcome.FLAGGED,
    reason_code=ReasonCode.PROTECTED_PERSON,
    reason=f"{SECRET}: the charge is about words.",
    innocent_explanation=f"{SECRET}: it may have been violence.",
    is_blind=True,
)
OTHER = Decision(
    outcome=Outcome.NOT_FLAGGED,
    reason_code=ReasonCode.ORDINARY_CRIME,
    reason="A victim is named.",
)


@pytest.fixture
def notice():
    return make_notice()


@pytest.fixture
def review(notice, ana):
    found = Review.objects.get(notice=notice)
    Judgement.objects.create(
        notice=notice,
        verdict=Verdict.DISAGREE,
        indicator="I05",
        field="charge",
        quote="words",
        reason=f"{SECRET} of the finding",
        rules_version=current_version(),
        author=ana,
        made_at=NOON,
    )
    screen_notices(notice_ids=[notice.pk], at=NOON)
    add_finding(
        notice=notice,
        actor=ana,
        at=NOON,
        indicator="I05",
        quote="posts on a channel",
        source="charge",
        level="documented",
        strength=3,
        reason=f"{SECRET}: it shows that",
    )
    step(found, ana, "propose", BLIND)
    return found


@pytest.fixture
def bea(db):
    return make_user("Bea Holm", Role.REVIEWER)


def tells(text: str) -> bool:
    """Whether a text tells the reasons of the first reader or words on findings."""
    return SECRET in unescape(text)


def addresses(notice) -> list[str]:
    tabs = ("screening", "history", "versions", "warrants")
    return [
        reverse("notice", args=[notice.key]),
        reverse("decision", args=[notice.key]),
        *(reverse("notice-tab", args=[notice.key, tab]) for tab in tabs),
        "/inbox/?state=proposed",
        "/",
        reverse("quality"),
        f"/api/notices/{notice.key}/",
        "/api/notices/",
        reverse("audit-log"),
        reverse("work"),
    ]


def test_nobody_but_the_first_reader_is_told_before_the_second_has_read(
    notice, review, ana, ben, carla, as_user
):
    for reader in (ben, carla):
        client = as_user(reader)
        for address in addresses(notice):
            answer = client.get(address)
            assert not tells(answer.content.decode()), f"{reader} {address}"
    assert SECRET in page_of(as_user(ana), notice)
    assert SECRET in as_user(ana).get(addresses(notice)[3]).content.decode()
    review.refresh_from_db()
    assert (review.outcome, review.reason_code, review.is_blind) == ("", "", True)
    entry = AuditEntry.objects.order_by("-seq").first()
    assert not tells(entry.words)
    assert not tells(entry.facts)
    assert not flags_open_to(ben).exists()
    said = as_user(ben).get(f"/api/notices/{notice.key}/").json()["review"]
    assert (said["state"], said["outcome"]) == ("proposed", None)
    for address in addresses(notice)[3], "/inbox/?state=proposed":
        assert "politically" not in as_user(ben).get(address).content.decode()
    sheet = as_user(ben).get(addresses(notice)[2]).content.decode()
    assert "posts on a channel" in sheet
    assert SEALED_REASON in unescape(sheet)
    assert "Blind: what it says opens" in page_of(as_user(ben), notice)


def test_a_stale_form_does_not_tell_either(notice, ana, ben, as_user):
    review = Review.objects.get(notice=notice)
    step(review, ana, "propose", BLIND)
    answer = send(as_user(ben), notice, "propose", form(FLAG))
    assert answer.status_code == 409
    assert not tells(answer.content.decode())
    assert "opens once a second person" in answer.content.decode()


def test_a_blind_proposal_is_not_confirmed_or_returned_unread(review, ana, ben):
    for action in ("confirm", "return"):
        with pytest.raises(ReviewRefused, match="blind"):
            step(review, ben, action, reason="Fine.")
    with pytest.raises(ReviewRefused, match="different person"):
        step(review, make_reader_of_own(review, ana), "read", FLAG)


def make_reader_of_own(review, ana):
    """Even with the right to sign, the first reader is not the second."""
    ana.role = Role.REVIEWER
    ana.save()
    return ana


def test_two_readings_that_agree_decide_and_are_shown_side_by_side(
    notice, review, ana, ben, as_user
):
    answer = send(as_user(ben), notice, "read", form(FLAG, seen=1))
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.proposed_by, review.decided_by) == (
        ReviewState.FLAGGED,
        ana,
        ben,
    )
    page = page_of(as_user(ben), notice)
    assert answer["Location"] == reverse("decision", args=[notice.key])
    assert SECRET in page
    assert FLAG.reason in page
    assert "both came to the same" in page
    # The main reason and the texts differ, and only those lines are marked.
    assert page.count("readings-mark") == 3
    assert not SealedReading.objects.exists()
    assert tells(as_user(ben).get(addresses(notice)[3]).content.decode())
    # The digest tells of it as of any other flag.
    assert flags_open_to(ben).get().action == "read"


def test_two_readings_that_differ_wait_for_a_third_person(
    notice, review, ana, ben, bea, as_user
):
    step(review, ben, "read", OTHER)
    review.refresh_from_db()
    assert (review.state, review.second_reader) == (ReviewState.DIFFERING, ben)
    assert (review.outcome, review.decided_by) == ("", None)
    page = page_of(as_user(bea), notice)
    assert "Decide between the two readings" in page
    assert "Agree with" not in page
    for first_or_second in (ana, ben):
        assert "Decide between" not in page_of(as_user(first_or_second), notice)
    with pytest.raises(ReviewRefused, match="third person"):
        step(review, ben, "adjudicate", FLAG)
    # Nobody else holds a third outcome, so that one person alone would decide.
    third = replace(OTHER, outcome=Outcome.INSUFFICIENT)
    with pytest.raises(ReviewRefused, match="one of the two readings"):
        step(review, bea, "adjudicate", third)
    values = form(third, seen=review.version)
    refused = send(as_user(bea), notice, "adjudicate", values)
    assert refused.status_code == 400
    assert third.reason in refused.content.decode()
    step(review, bea, "adjudicate", FLAG)
    review.refresh_from_db()
    assert (review.state, review.decided_by) == (ReviewState.FLAGGED, bea)


@pytest.mark.parametrize(
    ("who", "state"),
    [("first", ReviewState.NOT_FLAGGED), ("second", ReviewState.FLAGGED)],
)
def test_or_one_of_the_two_agrees_with_the_other(review, ana, ben, who, state):
    step(review, ben, "read", OTHER)
    step(review, ana if who == "first" else ben, "agree", reason="It convinced me.")
    review.refresh_from_db()
    assert (review.state, review.proposed_by, review.decided_by) == (state, ana, ben)


def test_a_taken_back_proposal_stays_closed_until_something_is_decided(
    review, ana, ben, bea
):
    step(review, ana, "withdraw")
    first = review.transitions.get(action="propose")
    assert (first.is_sealed, first.reason) == (True, "")
    step(review, ana, "propose", NOT_FLAGGED)
    first.refresh_from_db()
    assert not first.is_sealed
    assert SECRET in first.reason


def test_nobody_opens_a_blind_reading_by_a_proposal_that_they_take_back(
    review, ana, ben
):
    step(review, ana, "withdraw")
    step(review, ben, "propose", OTHER)
    first = review.transitions.get(version=1)
    assert first.is_sealed
    step(review, ben, "undo")
    step(review, ana, "propose", BLIND)
    assert SealedReading.objects.count() == 2
    assert not Judgement.objects.visible_to(ben).exists()


def test_the_database_holds_what_is_sealed_closed(review, ana, ben):
    first = review.transitions.get()
    faults = (
        (ReviewTransition, first.pk, {"reason": "told"}, "transition_sealed_says"),
        (Review, review.pk, {"outcome": "flagged"}, "review_blind_proposal_shows"),
        (Review, review.pk, {"second_reader": ana}, "review_second_reader_is_never"),
        (Review, review.pk, {"state": "differing"}, "review_differing_has_two"),
    )
    for model, pk, change, name in faults:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            model.objects.filter(pk=pk).update(**change)


def test_kappa_of_blind_readings_stands_on_the_quality_page(ana, ben, olga, as_user):
    hidden = make_notice(confidentiality="restricted")
    hidden.grants.create(user=ana)
    hidden.grants.create(user=ben)
    for notice, reading in ((make_notice(), FLAG), (hidden, OTHER)):
        review = Review.objects.get(notice=notice)
        step(review, ana, "propose", BLIND, at=timezone.now())
        step(review, ben, "read", reading, at=timezone.now())
    seen = own_figures(reader=ben, at=timezone.now()).blind
    assert (seen.n, seen.same, seen.value) == (2, 1, None)
    # What one may not see is not counted.
    assert own_figures(reader=olga, at=timezone.now()).blind.n == 1
    assert "too few to say how well readers agree" in unescape(
        as_user(olga).get(reverse("quality")).content.decode()
    )

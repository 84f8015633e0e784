"""How reviews move: by two people, by one table, and back when a notice changes."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from accounts.access import MissingCapability
from accounts.models import AuditEntry
from cases.choices import REVIEW_DECIDED, Outcome, ReasonCode, ReviewAction, ReviewState
from cases.models import Review
from cases.review.intake import take_in
from cases.review.services import (
    Decision,
    FieldsMissing,
    ReviewRefused,
    StaleReview,
    decide,
)
from notices.choices import ChangeKind
from notices.models import NoticeChange
from tests.cases.review_makers import FLAG, step
from tests.factories import NOON, make_flagged, make_notice


@pytest.fixture
def review(db: None) -> Review:
    return Review.objects.get(notice=make_notice())


def test_a_flag_takes_two_people_and_leaves_its_traces(review, ana, ben):
    before = AuditEntry.objects.count()
    step(review, ana, "propose", decision=FLAG)
    step(review, ben, "confirm")
    review.refresh_from_db()
    assert review.state == ReviewState.FLAGGED
    assert (review.proposed_by, review.decided_by) == (ana, ben)
    assert [s.action for s in review.transitions.all()] == ["confirm", "propose"]
    assert AuditEntry.objects.count() == before + 2


def test_nobody_signs_their_own_and_an_analyst_signs_nothing(review, ana, ben, olga):
    step(review, ben, "propose", decision=FLAG)
    with pytest.raises(ReviewRefused, match="different person"):
        step(review, ben, "confirm")
    with pytest.raises(MissingCapability):
        step(review, olga, "confirm")
    with pytest.raises(MissingCapability):
        step(review, ana, "return", reason="No source.")
    review.refresh_from_db()
    assert review.state == ReviewState.PROPOSED


@pytest.mark.parametrize("left_out", ["reason", "reason_code", "innocent_explanation"])
def test_a_flag_without_its_reasons_is_refused(review, ana, left_out):
    values = {name: getattr(FLAG, name) for name in FLAG.__slots__} | {left_out: ""}
    with pytest.raises(FieldsMissing) as refusal:
        step(review, ana, "propose", **values)
    assert left_out in refusal.value.names
    assert not review.transitions.exists()


def test_a_stale_form_moves_nothing_and_is_told_what_happened(review, ana, ben, olga):
    step(review, ana, "propose", decision=FLAG)
    step(review, ben, "return", reason="Which document shows it?")
    with pytest.raises(StaleReview) as stale:
        step(review, olga, "propose", decision=FLAG, seen=0)
    assert [s.action for s in stale.value.since] == ["return", "propose"]
    assert review.transitions.count() == 2


def test_one_person_alone_never_decides(review, ben):
    """A reviewer may propose and sign; whatever the order, not alone."""
    chance = random.Random(13)  # noqa: S311 - a test's dice
    for _ in range(150):
        action = chance.choice(list(ReviewAction))
        until = (NOON + timedelta(days=9)).date()
        decision = Decision(
            outcome=chance.choice(list(Outcome)),
            reason_code=ReasonCode.OTHER,
            reason="Because.",
            innocent_explanation="Or else.",
            snoozed_until=until,
        )
        try:
            step(review, ben, action, decision=decision)
        except ReviewRefused:
            continue
        review.refresh_from_db()
        assert review.state not in REVIEW_DECIDED
    assert review.transitions.count() > 20


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_the_first_signs(ana, ben):
    review = Review.objects.get(notice=make_notice())
    other = type(ben).objects.create_user(
        email="bea@example.org", name="Bea Holm", role="reviewer"
    )
    step(review, ana, "propose", decision=FLAG)

    def sign(actor: Any) -> str:
        try:
            decide(
                review=review,
                actor=actor,
                action=ReviewAction.CONFIRM,
                seen_version=1,
                at=NOON,
            )
        except StaleReview:
            return "stale"
        finally:
            connections.close_all()
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sign, [ben, other])) == ["signed", "stale"]
    assert review.transitions.filter(action="confirm").count() == 1


def test_new_and_changed_notices_come_to_the_inbox_once(ana, ben):
    new = make_notice(review=False)
    flagged = make_flagged(make_notice(), by=ana, signed_by=ben)
    NoticeChange.objects.create(
        notice=flagged.notice, kind=ChangeKind.CHANGED, field="charge", at=NOON
    )
    assert take_in(at=NOON) == 2
    assert Review.objects.get(notice=new).why == "new"
    flagged.refresh_from_db()
    assert (flagged.state, flagged.why) == (ReviewState.WAITING, "changed")
    assert flagged.why_detail == "charge"
    kept = flagged.transitions.get()
    assert (kept.actor, kept.from_state, kept.outcome) == (None, "flagged", "flagged")
    assert take_in(at=NOON) == 0


def test_the_pages_lead_from_proposal_to_signature(review, ana, ben, as_user):
    key = review.notice.key
    form = {
        "seen_version": "0",
        "outcome": "flagged",
        "reason_code": "political_charge",
        "reason": "Words alone, quoted from the charge.",
        "innocent_explanation": "A call to violence is not quoted.",
    }
    proposed = as_user(ana).post(reverse("review-move", args=[key, "propose"]), form)
    assert proposed.status_code == 302
    own = as_user(ana).get(reverse("decision", args=[key])).content.decode()
    assert reverse("review-move", args=[key, "confirm"]) not in own
    refused = as_user(ana).post(
        reverse("review-move", args=[key, "confirm"]), {"seen_version": "1"}
    )
    assert refused.status_code in (400, 403)
    page = as_user(ben).get(reverse("decision", args=[key])).content.decode()
    assert "Words alone, quoted from the charge." in page
    signed = as_user(ben).post(
        reverse("review-move", args=[key, "confirm"]), {"seen_version": "1"}
    )
    assert signed.status_code == 302
    history = as_user(ana).get(reverse("notice-tab", args=[key, "history"]))
    assert "Ben Okafor" in history.content.decode()


def test_a_conflict_page_keeps_the_words_that_were_typed(review, ana, olga, as_user):
    step(review, ana, "propose", decision=FLAG)
    form = {
        "seen_version": "0",
        "outcome": "not_flagged",
        "reason_code": "ordinary_crime",
        "reason": "My long and careful text.",
    }
    address = reverse("review-move", args=[review.notice.key, "propose"])
    answer = as_user(olga).post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "My long and careful text." in page
    assert "Ana Lindqvist" in page
    assert review.transitions.count() == 1


def test_who_does_not_decide_gets_no_form(review, carla, dina, emil, as_user):
    address = reverse("decision", args=[review.notice.key])
    for outsider in (carla, dina, emil):
        assert as_user(outsider).get(address).status_code == 403
        move = reverse("review-move", args=[review.notice.key, "take"])
        assert as_user(outsider).post(move, {"seen_version": 0}).status_code == 403

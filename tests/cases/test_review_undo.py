"""Giving, marking urgent, and taking the last step back for ten minutes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from cases.choices import ReviewState, WhyHere
from cases.models import DeskAlert, Review
from cases.review.intake import take_in
from cases.review.said import BadField, ReviewRefused, StaleReview
from cases.review.undo import can_undo
from tests.cases.review_makers import (
    FLAG,
    LATER,
    NOT_FLAGGED,
    change,
    decided,
    send,
    step,
)
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=9, seconds=59)


@pytest.fixture
def notice():
    return make_notice()


@pytest.fixture
def review(notice):
    return Review.objects.get(notice=notice)


def as_it_is(review) -> dict:
    review.refresh_from_db()
    found = model_to_dict(review)
    del found["version"]
    return found


STEPS = {
    "take": {},
    "snooze": {"snoozed_until": LATER},
    "propose": {"decision": NOT_FLAGGED},
    "assign": {},
}


@pytest.mark.parametrize("action", STEPS)
@pytest.mark.parametrize("is_held", [False, True])
def test_undo_restores_exactly_what_was(review, ana, olga, action, is_held):
    if is_held:
        step(review, ana, "take", at=NOON - timedelta(days=3))
    step(review, olga, "urge", reason="Hearing tomorrow")
    before = as_it_is(review)
    fields = STEPS[action] | ({"assignee": olga} if action == "assign" else {})
    step(review, ana, action, **fields)
    assert as_it_is(review) != before
    version = review.version
    assert can_undo(review=review, actor=ana, at=SOON)
    undone = step(review, ana, "undo", at=SOON)
    assert as_it_is(review) == before
    # Nothing of the history goes: the undoing is a step of its own.
    assert undone.version == review.version == version + 1
    assert not DeskAlert.objects.filter(kind="assigned").exists()


def test_only_who_did_it_undoes_it_within_ten_minutes(review, ana, ben):
    step(review, ana, "snooze", snoozed_until=LATER)
    with pytest.raises(ReviewRefused, match="Ana Lindqvist has done something since"):
        step(review, ben, "undo")
    late = NOON + timedelta(minutes=10, seconds=1)
    assert not can_undo(review=review, actor=ana, at=late)
    with pytest.raises(ReviewRefused, match="ten minutes"):
        step(review, ana, "undo", at=late)


def test_what_somebody_or_a_feed_touched_since_stays(review, ana, olga):
    step(review, ana, "take")
    step(review, olga, "take")
    with pytest.raises(ReviewRefused, match="Olga Brandt"):
        step(review, ana, "undo")
    step(review, ana, "snooze", snoozed_until=LATER)
    change(review.notice)
    take_in(at=NOON)
    with pytest.raises(StaleReview):
        step(review, ana, "undo", seen=3)
    with pytest.raises(ReviewRefused, match="The app has done something since"):
        step(review, ana, "undo")


def test_a_decision_and_a_second_undo_are_refused(review, ana, ben):
    decided(review, by=ana, signed_by=ben)
    with pytest.raises(ReviewRefused, match="not possible"):
        step(review, ben, "undo")
    other = Review.objects.get(notice=make_notice())
    step(other, ana, "take")
    step(other, ana, "undo")
    with pytest.raises(ReviewRefused, match="cannot be undone"):
        step(other, ana, "undo")


def test_the_database_lets_no_undoing_decide(review, ana):
    step(review, ana, "take")
    undone = step(review, ana, "undo")
    with (
        pytest.raises(IntegrityError, match="transition_undo_decides_nothing"),
        transaction.atomic(),
    ):
        review.transitions.filter(pk=undone.pk).update(to_state="flagged")


def test_an_undone_proposal_by_the_page_is_where_it_was(notice, review, ana, as_user):
    client = as_user(ana)
    values = {"seen_version": 0, "outcome": "not_flagged", "reason_code": "other"}
    send(client, notice, "propose", values | {"reason": "Nothing in it."})
    answer = send(client, notice, "undo", {"seen_version": 1})
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.outcome, review.proposed_by) == ("waiting", "", None)
    assert [one.action for one in review.transitions.all()] == ["undo", "propose"]


def test_work_is_given_to_who_can_do_it_and_they_are_told(review, ana, olga, dina):
    step(review, ana, "assign", assignee=olga)
    review.refresh_from_db()
    assert (review.assignee, review.state) == (olga, ReviewState.TAKEN)
    assert review.assigned_at == NOON
    [line] = DeskAlert.objects.visible_to(olga)
    assert (line.by, line.get_kind_display()) == (ana, "gave this to you")
    with pytest.raises(BadField, match="has it already"):
        step(review, ana, "assign", assignee=olga)
    for nobody in (dina, make_user("Gone Home", "analyst", is_active=False)):
        with pytest.raises(BadField, match="cannot work on this notice"):
            step(review, ana, "assign", assignee=nobody)


def test_who_may_not_see_a_notice_is_not_told_of_it(ana, olga, as_user):
    hidden = make_notice(confidentiality="restricted")
    hidden.grants.create(user=ana)
    review = Review.objects.get(notice=hidden)
    with pytest.raises(BadField, match="cannot work"):
        step(review, ana, "assign", assignee=olga)
    values = {"seen_version": 0, "assignee": olga.pk}
    answer = send(as_user(ana), hidden, "assign", values)
    assert answer.status_code == 400
    assert "Choose one of these colleagues" in answer.content.decode()
    assert not DeskAlert.objects.exists()


def test_undoing_gives_nothing_back_to_who_cannot_see_it(ana, olga):
    hidden = make_notice(confidentiality="restricted")
    hidden.grants.create(user=ana)
    grant = hidden.grants.create(user=olga)
    review = Review.objects.get(notice=hidden)
    step(review, ana, "assign", assignee=olga)
    step(review, ana, "take")
    grant.delete()
    step(review, ana, "undo")
    review.refresh_from_db()
    assert (review.assignee, review.state) == (None, ReviewState.WAITING)


def test_urgency_moves_to_the_top_and_asks_for_its_reason(review, ana, as_user):
    before = review.rank
    with pytest.raises(ReviewRefused, match="missing"):
        step(review, ana, "urge")
    step(review, ana, "urge", reason="Detained in Athens")
    review.refresh_from_db()
    assert review.is_urgent
    assert review.rank > before
    with pytest.raises(ReviewRefused, match="urgent already"):
        step(review, ana, "urge", reason="Again")
    step(review, ana, "calm")
    review.refresh_from_db()
    assert (review.is_urgent, review.rank) == (False, before)


def test_a_returned_proposal_is_back_with_its_author_who_is_told(review, ana, ben):
    step(review, ana, "propose", FLAG)
    step(review, ben, "return", reason_code="source_missing", reason="Cite it.")
    review.refresh_from_db()
    assert (review.why, review.assignee) == (WhyHere.RETURNED, ana)
    [line] = DeskAlert.objects.visible_to(ana)
    assert line.get_kind_display() == "returned your proposal"


@pytest.mark.parametrize("action", ["return", "reopen"])
def test_a_reason_code_of_another_step_is_refused_at_the_field(
    notice, review, ana, ben, as_user, action
):
    step(review, ana, "propose", FLAG)
    if action == "reopen":
        step(review, ben, "confirm")
    values = {"seen_version": review.transitions.count(), "reason": "Typed words"}
    answer = send(as_user(ben), notice, action, values | {"reason_code": "vague_facts"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Select a valid choice" in page
    assert "Typed words" in page

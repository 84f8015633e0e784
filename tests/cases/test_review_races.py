"""Two at once on the same review, each with a connection of its own."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from cases.choices import ReviewAction, ReviewState
from cases.models import Review, ReviewTransition
from cases.review.by_app import wake_due
from cases.review.intake import take_in
from cases.review.services import Decision, StaleReview, decide
from notices.models import NoticeChange
from tests.cases.races import at_once
from tests.cases.review_makers import FLAG, LATER, NOT_FLAGGED, change, step
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def review(transactional_db) -> Review:
    return Review.objects.get(notice=make_notice())


together = partial(at_once, refusals=(StaleReview,))


def with_form(review, actor, action, decision=None, seen=0) -> Callable[[], Any]:
    return lambda: decide(
        review=review,
        actor=actor,
        action=ReviewAction(action),
        seen_version=seen,
        at=NOON,
        decision=decision or Decision(),
    )


def test_of_two_proposals_one_stands_and_the_other_is_told(review, ana, olga):
    found = together(
        with_form(review, ana, "propose", FLAG),
        with_form(review, olga, "propose", NOT_FLAGGED),
    )
    [stale] = [one for one in found if isinstance(one, StaleReview)]
    [stands] = [one for one in found if isinstance(one, ReviewTransition)]
    assert stale.since == [stands]
    review.refresh_from_db()
    assert (review.proposed_by, review.version) == (stands.actor, 1)
    assert review.outcome == stands.outcome


def test_a_double_click_is_one_step_and_no_conflict(review, ana):
    click = with_form(review, ana, "propose", FLAG)
    first, second = together(click, click)
    assert first == second
    assert review.transitions.count() == 1
    # The same person with other words is not the same click.
    with pytest.raises(StaleReview):
        with_form(review, ana, "propose", replace(FLAG, reason="Another."))()


def test_of_two_who_take_it_one_has_it(review, ana, olga):
    found = together(with_form(review, ana, "take"), with_form(review, olga, "take"))
    [has_it] = [one for one in found if isinstance(one, ReviewTransition)]
    review.refresh_from_db()
    assert (review.assignee, review.state) == (has_it.actor, ReviewState.TAKEN)


def test_taking_and_snoozing_do_not_both_happen_unseen(review, ana, olga):
    snooze = Decision(snoozed_until=LATER)
    found = together(
        with_form(review, ana, "take"), with_form(review, olga, "snooze", snooze)
    )
    assert sum(isinstance(one, StaleReview) for one in found) == 1
    assert review.transitions.count() == 1


def test_a_signature_and_a_change_of_the_notice_never_pass_each_other(review, ana, ben):
    step(review, ana, "propose", FLAG)
    change(review.notice)
    together(with_form(review, ben, "confirm", seen=1), lambda: take_in(at=NOON))
    review.refresh_from_db()
    actions = [one.action for one in review.transitions.order_by("version")]
    if actions == ["propose", "confirm", "change"]:
        assert review.state == ReviewState.WAITING
    else:
        assert actions == ["propose", "change"]
        assert review.state == ReviewState.PROPOSED
    assert (review.why, review.why_detail) == ("changed", "charge")


def test_two_intakes_make_each_review_once(transactional_db):
    notices = [make_notice(review=False) for _ in range(30)]
    counts = together(lambda: take_in(at=NOON), lambda: take_in(at=NOON))
    assert sum(counts) == len(notices)
    assert Review.objects.count() == len(notices)
    assert not NoticeChange.objects.filter(consumed_at=None).exists()


def test_two_clocks_wake_a_review_once(review, ana):
    step(review, ana, "snooze", snoozed_until=LATER)
    woken = together(*[lambda: wake_due(today=LATER, at=NOON)] * 2)
    assert sum(woken) == 1
    assert review.transitions.filter(action="wake").count() == 1

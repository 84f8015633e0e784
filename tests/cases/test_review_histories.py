"""Whatever people and feeds do in whatever order: two decide, and nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.access import MissingCapability
from accounts.choices import Role
from cases.choices import (
    REVIEW_DECIDED,
    Outcome,
    ReasonCode,
    ReviewAction,
    ReviewState,
)
from cases.models import Review, SealedReading
from cases.review.by_app import wake_due
from cases.review.intake import take_in
from cases.review.sealing import readings_of
from cases.review.services import Decision, ReviewRefused, actions_open_to
from tests.cases.review_makers import LATER, change, decided, step
from tests.factories import NOON, make_notice, make_user

FEED, CALENDAR = "feed", "calendar"
PEOPLE = ("ana", "ben", "bea")
# What brings an outcome that two people hold.
DECIDES = (
    ReviewAction.CONFIRM,
    ReviewAction.READ,
    ReviewAction.AGREE,
    ReviewAction.ADJUDICATE,
)
BY_PEOPLE = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(list(ReviewAction)),
    st.sampled_from(list(Outcome)),
    st.booleans(),
    st.booleans(),
)
BY_APP = st.tuples(
    st.sampled_from((FEED, CALENDAR)),
    st.just(None),
    st.just(None),
    st.just(value=False),
    st.just(value=False),
)
HISTORIES = st.lists(st.one_of(BY_PEOPLE, BY_PEOPLE, BY_PEOPLE, BY_APP), max_size=14)


@pytest.fixture
def people(ana, ben):
    return {"ana": ana, "ben": ben, "bea": make_user("Bea Holm", Role.REVIEWER)}


def take(review, people, what) -> None:
    """Take a step, or be refused."""
    who, action, outcome, has_reasons, is_blind = what
    if who == FEED:
        change(review.notice)
        take_in(at=NOON)
        return
    if who == CALENDAR:
        wake_due(today=LATER + timedelta(days=1), at=NOON)
        return
    words = "Because." if has_reasons else ""
    decision = Decision(
        outcome=outcome,
        reason_code=ReasonCode.OTHER,
        reason=words,
        innocent_explanation=words,
        snoozed_until=LATER,
        assignee=people["bea"],
        is_blind=is_blind,
    )
    try:
        step(review, people[who], action, decision)
    except (ReviewRefused, MissingCapability):
        return


def check(review) -> None:
    """What holds after each step."""
    review.refresh_from_db()
    steps = list(review.transitions.order_by("version"))
    assert [one.version for one in steps] == list(range(1, review.version + 1))
    state = ReviewState.WAITING
    for one in steps:
        assert one.from_state == state
        state = one.to_state
    assert review.state == state
    if review.state in REVIEW_DECIDED:
        last = steps[-1]
        proposed = [one for one in steps if one.action == ReviewAction.PROPOSE][-1]
        assert last.action in DECIDES
        assert review.proposed_by_id == proposed.actor_id
        # Two people hold the outcome, one of them with the right to sign.
        since = [one for one in steps if one.version >= proposed.version]
        held = {one.actor_id for one in since if one.outcome == review.outcome}
        assert len(held - {None}) > 1
        assert review.decided_by.role == Role.REVIEWER
        assert review.decided_by_id != proposed.actor_id
        assert review.outcome == last.to_state
        assert proposed.reason
        assert not SealedReading.objects.filter(step__review=review).exists()
    else:
        assert review.decided_by_id is None
    if review.state == ReviewState.PROPOSED and review.is_blind:
        assert (review.outcome, steps_told(review)) == ("", [])
    if review.state not in (
        ReviewState.PROPOSED,
        ReviewState.DIFFERING,
        *REVIEW_DECIDED,
    ):
        assert (review.outcome, review.proposed_by_id) == ("", None)


def steps_told(review) -> list[str]:
    """What the last proposal says to anybody who reads the history."""
    last = review.transitions.filter(action=ReviewAction.PROPOSE).first()
    return [x for x in (last.outcome, last.reason_code, last.reason) if x]


def trying(examples: int):
    """The same histories each time, so that what they reach can be asserted."""
    return settings(max_examples=examples, deadline=None, derandomize=True)


def test_no_sequence_of_steps_lets_one_person_decide(people):
    reached = set()

    @trying(50)
    @given(history=HISTORIES)
    def histories(history) -> None:
        with transaction.atomic():
            review = Review.objects.get(notice=make_notice())
            for what in history:
                take(review, people, what)
                check(review)
                reached.add(review.state)
            transaction.set_rollback(True)

    histories()
    assert reached > {ReviewState.PROPOSED, ReviewState.SNOOZED}


def test_each_step_that_is_offered_can_be_taken(people):
    reached = set()

    @trying(50)
    @given(
        choices=st.lists(
            st.tuples(st.integers(0, 50), st.sampled_from(Outcome), st.booleans()),
            min_size=4,
            max_size=14,
        ),
    )
    def offers(choices) -> None:
        with transaction.atomic():
            review = Review.objects.get(notice=make_notice())
            for number, outcome, is_blind in choices:
                offered = [
                    (person, action)
                    for person in people.values()
                    for action in actions_open_to(review, person)
                    # Urgency leads nowhere, and bea may have it already.
                    if action not in (ReviewAction.URGE, ReviewAction.ASSIGN)
                ]
                person, action = offered[number % len(offered)]
                decision = Decision(
                    outcome=outcome,
                    reason_code=ReasonCode.OTHER,
                    reason="Because.",
                    innocent_explanation="Or else.",
                    snoozed_until=LATER,
                    is_blind=is_blind,
                )
                if action == ReviewAction.ADJUDICATE:
                    readings = readings_of(review)
                    decision = replace(decision, outcome=readings.first.outcome)
                step(review, person, action, decision)
                check(review)
                reached.add(review.state)
            transaction.set_rollback(True)

    offers()
    assert reached == set(ReviewState)


def test_the_database_itself_refuses_a_decision_by_one_person(people):
    review = decided(
        Review.objects.get(notice=make_notice()),
        by=people["ana"],
        signed_by=people["ben"],
    )
    with pytest.raises(IntegrityError, match="review_decided_by_two_people"):
        Review.objects.filter(pk=review.pk).update(decided_by=people["ana"])

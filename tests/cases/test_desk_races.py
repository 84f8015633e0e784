"""Two at once at the desk: one wins, the other sees why, nothing is lost."""

from functools import partial
from typing import Any

import pytest

from cases.bulk.choosing import Filled, choose, fill
from cases.bulk.services import begin, counts, work
from cases.choices import BulkKind, ReviewAction, ReviewState
from cases.comments.services import say
from cases.comments.tags import MarkRefused, add_tag, ask_translation
from cases.models import Bulk, Comment, Review, ReviewTransition, Tagging
from cases.review.said import ReviewRefused, StaleReview
from cases.review.services import Decision, decide
from cases.review.warnings import warn_of_due
from tests.cases.races import at_once
from tests.cases.review_makers import FLAG, LATER, NOT_FLAGGED, decided, step
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db(transaction=True)
together = partial(at_once, refusals=(ReviewRefused, MarkRefused))


@pytest.fixture
def review(transactional_db) -> Review:
    return Review.objects.get(notice=make_notice())


def act(review, actor, action, decision=None, seen=0) -> Any:
    return lambda: decide(
        review=review,
        actor=actor,
        action=ReviewAction(action),
        seen_version=seen,
        at=NOON,
        decision=decision or Decision(),
    )


def one_won(found) -> ReviewTransition:
    """Of two, one took the step and the other was told by whom."""
    [stale] = [one for one in found if isinstance(one, StaleReview)]
    [won] = [one for one in found if isinstance(one, ReviewTransition)]
    assert [one.actor for one in stale.since] == [won.actor]
    return won


def test_of_two_who_sign_one_decides(review, ana, ben):
    bea = make_user("Bea Holm", "reviewer")
    step(review, ana, "propose", FLAG)
    won = one_won(
        together(
            act(review, ben, "confirm", seen=1), act(review, bea, "confirm", seen=1)
        )
    )
    review.refresh_from_db()
    assert (review.state, review.decided_by) == (ReviewState.FLAGGED, won.actor)


def test_of_two_blind_readings_one_counts(review, ana, ben):
    bea = make_user("Bea Holm", "reviewer")
    blind = Decision(**{**_fields(FLAG), "is_blind": True})
    step(review, ana, "propose", blind)
    won = one_won(
        together(
            act(review, ben, "read", FLAG, seen=1),
            act(review, bea, "read", NOT_FLAGGED, seen=1),
        )
    )
    review.refresh_from_db()
    assert review.second_reader == won.actor
    agreed = won.outcome == FLAG.outcome
    assert review.state == (ReviewState.FLAGGED if agreed else ReviewState.DIFFERING)


def _fields(decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in Decision.__slots__}


def test_of_two_who_snooze_one_day_stands(review, ana, olga):
    later = LATER.replace(day=30)
    won = one_won(
        together(
            act(review, ana, "snooze", Decision(snoozed_until=LATER)),
            act(review, olga, "snooze", Decision(snoozed_until=later)),
        )
    )
    review.refresh_from_db()
    assert review.snoozed_until == won.again_on


def test_giving_away_and_undoing_do_not_both_happen_unseen(review, ana, olga):
    step(review, ana, "take")
    found = together(
        act(review, olga, "assign", Decision(assignee=olga), seen=1),
        act(review, ana, "undo", seen=1),
    )
    one_won(found)
    assert review.transitions.count() == 2


def test_bulk_and_single_on_the_same_row_are_one_step(review, ana, olga):
    other = Review.objects.get(notice=make_notice())
    bulk = _queued(ana, review, other)
    found = together(
        lambda: work(bulk_id=bulk.pk, clock=lambda: NOON),
        act(review, olga, "take"),
    )
    taken = any(isinstance(one, ReviewTransition) for one in found)
    number = counts(bulk)
    assert number == ({"done": 1, "skipped": 1} if taken else {"done": 2})
    assert review.transitions.count() == 1
    if taken:
        assert "Olga Brandt changed it meanwhile" in bulk.items.get(state="skipped").why


def test_two_bulk_acts_and_two_workers_do_each_row_once(ana, olga):
    reviews = [Review.objects.get(notice=make_notice()) for _ in range(6)]
    first, second = _queued(ana, *reviews), _queued(olga, *reviews)
    together(
        *(
            lambda pk=pk: work(bulk_id=pk, clock=lambda: NOON)
            for pk in (first.pk, second.pk, first.pk)
        )
    )
    done = counts(first).get("done", 0) + counts(second).get("done", 0)
    skipped = counts(first).get("skipped", 0) + counts(second).get("skipped", 0)
    assert (done, skipped) == (6, 6)
    assert ReviewTransition.objects.count() == 6


def _queued(actor, *reviews) -> Bulk:
    bulk = choose(
        actor=actor,
        kind=BulkKind.SNOOZE,
        keys=[one.notice.key for one in reviews],
        at=NOON,
    )
    fill(bulk=bulk, actor=actor, filled=Filled(until=LATER), at=NOON)
    return begin(bulk=bulk, actor=actor, at=NOON)


def test_marks_and_comments_at_once_are_made_once(review, ana, olga):
    found = together(
        *(
            lambda who=who: add_tag(review=review, actor=who, name="Winter", at=NOON)
            for who in (ana, olga)
        ),
        *(
            lambda who=who: ask_translation(review=review, actor=who, note="", at=NOON)
            for who in (ana, olga)
        ),
        *[lambda: say(review=review, author=ana, text="The same.", at=NOON)] * 2,
    )
    assert sum(isinstance(one, MarkRefused) for one in found) == 2
    assert (Tagging.objects.count(), Comment.objects.count()) == (1, 1)


def test_two_clocks_warn_once(review, ana, ben):
    decided(review, by=ana, signed_by=ben, decision=NOT_FLAGGED)
    day = LATER.replace(day=15)
    together(*[lambda: warn_of_due(today=day, at=NOON)] * 2)
    assert sorted(one.user.name for one in ana.desk_alerts.all()) == ["Ana Lindqvist"]
    assert ben.desk_alerts.count() == 1

"""What feeds did comes to the inbox: once, with its reason, and never silently."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from cases.choices import ReviewAction, ReviewState, WhyHere
from cases.models import Review, ReviewTransition
from cases.review.intake import take_in
from cases.review.services import StaleReview
from notices.choices import Band, ChangeKind
from notices.models import NoticeChange, Screening
from tests.cases.review_makers import (
    FLAG,
    LATER,
    NOT_FLAGGED,
    change,
    decided,
    step,
)
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
NEXT_DAY = NOON + timedelta(days=1)


def review_of(notice) -> Review:
    return Review.objects.get(notice=notice)


def test_a_new_notice_waits_and_says_that_it_is_new():
    notice = make_notice(review=False)
    assert take_in(at=NOON) == 1
    review = review_of(notice)
    assert (review.state, review.why, review.why_detail) == ("waiting", "new", "")
    assert review.why_at == NOON
    assert not NoticeChange.objects.filter(consumed_at=None).exists()
    assert take_in(at=NEXT_DAY) == 0
    assert review_of(notice).why_at == NOON


def test_what_changed_before_anybody_saw_a_notice_is_no_news():
    notice = make_notice(review=False)
    change(notice)
    take_in(at=NOON)
    assert (review_of(notice).why, review_of(notice).why_detail) == (WhyHere.NEW, "")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (ChangeKind.CHANGED, WhyHere.CHANGED),
        (ChangeKind.NO_LONGER_LISTED, WhyHere.NO_LONGER_LISTED),
        (ChangeKind.BACK, WhyHere.BACK),
    ],
)
def test_a_decided_notice_waits_again_and_keeps_its_decision(kind, why, ana, ben):
    review = decided(review_of(make_notice()), by=ana, signed_by=ben)
    change(review.notice, kind)
    assert take_in(at=NEXT_DAY) == 1
    review.refresh_from_db()
    assert (review.state, review.why) == (ReviewState.WAITING, why)
    assert (review.outcome, review.decided_by, review.proposed_by) == ("", None, None)
    last, confirmed, proposed = review.transitions.all()
    assert (last.action, last.actor, last.at) == (ReviewAction.CHANGE, None, NEXT_DAY)
    assert (last.from_state, last.to_state, last.outcome) == (
        "flagged",
        "waiting",
        "flagged",
    )
    assert (confirmed.actor, proposed.actor) == (ben, ana)
    assert proposed.reason == FLAG.reason


def test_a_snoozed_notice_wakes_when_it_changes(ana):
    review = review_of(make_notice())
    step(review, ana, "snooze", snoozed_until=LATER)
    change(review.notice, field="charge")
    change(review.notice, field="birth_date")
    take_in(at=NEXT_DAY)
    review.refresh_from_db()
    assert (review.state, review.snoozed_until) == (ReviewState.WAITING, None)
    assert review.why_detail == "charge, date of birth"
    assert "charge, date of birth" in review.transitions.first().reason


def test_a_proposal_stays_but_nobody_signs_what_they_did_not_see(ana, ben):
    review = review_of(make_notice())
    step(review, ana, "propose", FLAG)
    change(review.notice)
    take_in(at=NEXT_DAY)
    review.refresh_from_db()
    assert (review.state, review.outcome) == (ReviewState.PROPOSED, "flagged")
    assert (review.why, review.why_detail) == (WhyHere.CHANGED, "charge")
    with pytest.raises(StaleReview) as stale:
        step(review, ben, "confirm", seen=1)
    assert [one.action for one in stale.value.since] == [ReviewAction.CHANGE]
    step(review, ben, "confirm")
    review.refresh_from_db()
    assert review.state == ReviewState.FLAGGED


def test_a_second_change_adds_to_one_that_nobody_dealt_with():
    review = review_of(make_notice())
    change(review.notice, field="charge")
    take_in(at=NOON)
    change(review.notice, field="sex")
    take_in(at=NEXT_DAY)
    review.refresh_from_db()
    assert (review.why_detail, review.version) == ("charge, sex", 2)


def test_listed_again_stands_above_all_but_what_is_urgent():
    strong = make_notice(concern=1.0, evidence_band=Band.STRONG, review=False)
    urgent = make_notice(urgency="hearing 3 Dec 2026", review=False)
    back = make_notice()
    change(back, ChangeKind.BACK)
    take_in(at=NOON)
    order = Review.objects.order_by("-rank", "-pk").values_list("notice", flat=True)
    assert list(order) == [urgent.pk, back.pk, strong.pk]


def test_what_says_nothing_to_the_desk_is_consumed_silently():
    review = review_of(make_notice())
    for kind in (ChangeKind.MISSING, ChangeKind.UNDONE):
        change(review.notice, kind)
    assert take_in(at=NOON) == 0
    review.refresh_from_db()
    assert (review.version, review.why) == (0, WhyHere.NEW)
    assert not NoticeChange.objects.filter(consumed_at=None).exists()


def test_steps_of_the_app_carry_the_screening_and_stand_in_the_log(ana, ben):
    notice = make_notice()
    review = decided(review_of(notice), by=ana, signed_by=ben, decision=NOT_FLAGGED)
    screening = Screening.objects.create(
        notice=notice,
        rules_version="1",
        made_at=NOON,
        input_hash="x",
        breach_band=Band.NONE,
        article_band=Band.NONE,
        evidence_band=Band.NONE,
    )
    before = AuditEntry.objects.count()
    change(notice)
    take_in(at=NEXT_DAY)
    assert review.transitions.first().screening == screening
    assert AuditEntry.objects.count() == before + 1
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.actor_id_text) == ("review.moved", "")
    assert f'"reviews":[{review.pk}]' in entry.words


def test_the_number_of_statements_does_not_grow_with_the_notices(ana):
    def statements(count: int) -> int:
        for _ in range(count):
            make_notice(review=False)
            known = review_of(make_notice())
            step(known, ana, "snooze", snoozed_until=LATER)
            change(known.notice)
        with CaptureQueriesContext(connection) as captured:
            assert take_in(at=NEXT_DAY) == 2 * count
        return len(captured)

    assert statements(2) == statements(12)


def test_a_failure_half_way_leaves_every_change_waiting(ana, ben):
    """The reviews of a batch and its consumed changes stand or fall together."""
    review = decided(review_of(make_notice()), by=ana, signed_by=ben)
    new = make_notice(review=False)
    change(review.notice)
    # A step of that version cannot be written a second time.
    ReviewTransition.objects.create(
        review=review,
        action=ReviewAction.TAKE,
        from_state="waiting",
        to_state="taken",
        version=3,
        at=NOON,
    )
    with pytest.raises(Exception, match="transition_version_once"):
        take_in(at=NEXT_DAY)
    review.refresh_from_db()
    assert review.state == ReviewState.FLAGGED
    assert not Review.objects.filter(notice=new).exists()
    assert NoticeChange.objects.filter(consumed_at=None).count() == 2

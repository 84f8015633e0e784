"""Days that come, screenings that move: what the clock does with reviews."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from cases.choices import ReviewAction, ReviewState, WhyHere
from cases.models import Review
from cases.review import tasks
from cases.review.by_app import rerank, wake_due
from config.celery import app
from notices.choices import Band
from notices.models import Notice, Screening
from tests.cases.review_makers import FLAG, LATER, NOT_FLAGGED, decided, step
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def review() -> Review:
    return Review.objects.get(notice=make_notice())


def screened(notice: Notice, concern: float, *, at=NOON) -> None:
    """What a screening leaves behind, as far as the order of the inbox reads it."""
    Screening.objects.filter(notice=notice).update(is_current=False)
    Screening.objects.create(
        notice=notice,
        rules_version="1",
        made_at=at,
        input_hash="x",
        breach_band=Band.NONE,
        article_band=Band.SOME,
        evidence_band=Band.SOME,
        concern=concern,
    )
    Notice.objects.filter(pk=notice.pk).update(concern=concern, evidence_band=Band.SOME)


def test_a_snooze_ends_on_its_day_and_not_before(review, ana):
    step(review, ana, "take")
    step(review, ana, "snooze", snoozed_until=LATER)
    assert wake_due(today=LATER - DAY, at=NOON) == 0
    assert wake_due(today=LATER, at=NOON) == 1
    review.refresh_from_db()
    assert (review.state, review.why) == (ReviewState.WAITING, WhyHere.DUE)
    # Whoever snoozed it finds it with what is theirs.
    assert (review.assignee, review.snoozed_until) == (ana, None)
    last = review.transitions.first()
    assert (last.action, last.actor) == (ReviewAction.WAKE, None)
    assert wake_due(today=LATER, at=NOON) == 0


def test_a_decision_is_read_again_on_the_day_that_was_chosen(review, ana, ben):
    decided(review, by=ana, signed_by=ben, decision=NOT_FLAGGED)
    assert review.snoozed_until == LATER
    wake_due(today=LATER, at=NOON)
    review.refresh_from_db()
    assert (review.state, review.why) == (ReviewState.WAITING, WhyHere.DUE)
    assert review.why_detail == "was: not flagged"
    assert review.transitions.first().outcome == "not_flagged"


def test_a_flag_is_not_read_again_by_a_date(review, ana, ben):
    step(review, ana, "propose", None, **_values(FLAG), snoozed_until=LATER)
    step(review, ben, "confirm")
    review.refresh_from_db()
    assert review.snoozed_until is None
    assert wake_due(today=LATER + DAY, at=NOON) == 0


def test_a_proposal_with_a_day_waits_for_its_second_reader_all_the_same(review, ana):
    step(review, ana, "propose", NOT_FLAGGED)
    assert wake_due(today=LATER + DAY, at=NOON) == 0
    review.refresh_from_db()
    assert review.state == ReviewState.PROPOSED


def test_the_order_follows_a_newer_screening():
    low, high = make_notice(), make_notice()
    screened(low, 0.9)
    screened(high, 0.2)
    assert rerank(at=NOON) == 2
    order = Review.objects.order_by("-rank", "-pk").values_list("notice", flat=True)
    assert list(order) == [low.pk, high.pk]
    screened(high, 0.95, at=NOON + DAY)
    assert rerank(at=NOON + DAY) == 1
    assert list(order.all()) == [high.pk, low.pk]
    assert rerank(at=NOON + DAY) == 0


def test_ordering_is_no_step_and_makes_no_form_stale(review):
    screened(review.notice, 0.5)
    rerank(at=NOON)
    review.refresh_from_db()
    assert (review.version, review.transitions.count()) == (0, 0)
    assert review.rank > 0


def test_the_tasks_do_it_by_the_clock(review, ana):
    soon = timezone.localdate() + DAY
    step(review, ana, "snooze", snoozed_until=soon, at=timezone.now())
    Review.objects.filter(pk=review.pk).update(snoozed_until=soon - DAY)
    tasks.wake_reviews()
    review.refresh_from_db()
    assert (review.state, review.rank) == (ReviewState.WAITING, 0)
    screened(review.notice, 0.5, at=timezone.now())
    tasks.order_inbox()
    review.refresh_from_db()
    assert review.rank > 0


def test_the_clock_knows_each_task_by_its_name():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.wake_reviews.name, tasks.order_inbox.name} <= scheduled
    assert scheduled <= set(app.tasks)


def _values(decision):
    return {
        name: getattr(decision, name)
        for name in ("outcome", "reason_code", "reason", "innocent_explanation")
    }

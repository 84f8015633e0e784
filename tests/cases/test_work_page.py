"""Work in hand: who has how much, how long it waits, and what is warned of."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from cases.models import DeskAlert, Review
from cases.review.by_app import wake_due
from cases.review.tasks import wake_reviews
from cases.review.warnings import DAYS, warn_of_due
from cases.work.figures import ages, loads
from tests.cases.review_makers import FLAG, LATER, NOT_FLAGGED, decided, step
from tests.factories import NOON, make_flagged, make_notice

pytestmark = pytest.mark.django_db
BEFORE = LATER - timedelta(days=DAYS)


def review_of(notice) -> Review:
    return Review.objects.get(notice=notice)


def test_the_team_is_listed_with_what_each_has_the_oldest_first(ana, ben, olga):
    for days in (20, 1):
        step(review_of(make_notice()), olga, "take", at=NOON - timedelta(days=days))
    step(review_of(make_notice()), ana, "take", at=NOON - timedelta(days=2))
    step(review_of(make_notice()), ana, "propose", FLAG)
    found = loads(reader=ben, at=NOON)
    assert [(one.person, one.assessing, one.proposed) for one in found] == [
        (olga, 2, 0),
        (ana, 1, 1),
        (ben, 0, 0),
    ]
    assert [one.is_long for one in found] == [True, False, False]
    assert found[0].oldest == NOON - timedelta(days=20)


def test_what_one_may_not_see_is_not_counted(ana, olga):
    hidden = make_notice(confidentiality="restricted")
    hidden.grants.create(user=ana)
    step(review_of(hidden), ana, "take")
    assert {one.person: one.assessing for one in loads(reader=olga, at=NOON)}[ana] == 0
    assert {one.person: one.assessing for one in loads(reader=ana, at=NOON)}[ana] == 1
    assert sum(first for _, first, _ in ages(reader=olga, at=NOON)) == 0


def test_ages_count_each_notice_once(ana):
    for days in (0, 3, 8, 29, 31, 400):
        notice = make_notice()
        Review.objects.filter(notice=notice).update(why_at=NOON - timedelta(days=days))
    step(review_of(make_notice()), ana, "propose", FLAG)
    assert ages(reader=ana, at=NOON + timedelta(minutes=1)) == [
        ("under a day", 1, 1),
        ("1 to 7 days", 1, 0),
        ("7 to 30 days", 2, 0),
        ("over 30 days", 2, 0),
    ]


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_asks_the_same_for_one_and_for_many(
    number, ana, as_user, django_assert_max_num_queries
):
    for _ in range(number):
        step(review_of(make_notice()), ana, "assign", assignee=ana)
    client = as_user(ana)
    client.get(reverse("work"))
    with django_assert_max_num_queries(12):
        page = unescape(client.get(reverse("work")).content.decode())
    assert "Who has how much" in page


def test_each_number_of_the_team_opens_its_list(ana, olga, as_user):
    step(review_of(make_notice()), olga, "take")
    page = as_user(ana).get(reverse("work")).content.decode()
    address = f"/inbox/?assigned={olga.pk}"
    assert address in page
    assert as_user(ana).get(address).content.decode().count('class="row-link"') == 1


def test_lawyers_see_what_is_told_to_them_and_no_team(carla, dina, as_user):
    page = as_user(carla).get(reverse("work")).content.decode()
    assert "For you" in page
    assert "Who has how much" not in page
    assert as_user(dina).get(reverse("work")).status_code == 403


def test_both_people_are_warned_once_before_a_decision_is_due(ana, ben, olga, as_user):
    review = decided(
        review_of(make_notice()), by=ana, signed_by=ben, decision=NOT_FLAGGED
    )
    make_flagged(make_notice(), by=ana, signed_by=ben)
    assert warn_of_due(today=BEFORE - timedelta(days=1), at=NOON) == 0
    assert warn_of_due(today=BEFORE, at=NOON) == 1
    for day in range(DAYS):
        assert warn_of_due(today=BEFORE + timedelta(days=day), at=NOON) == 0
    assert {one.user for one in DeskAlert.objects.all()} == {ana, ben}
    assert AuditEntry.objects.filter(facts__contains="review.warned").count() == 1
    page = unescape(as_user(ben).get(reverse("work")).content.decode())
    assert "will be due again on" in page
    assert f"{LATER:%-d %b %Y}" in page
    page = as_user(olga).get(reverse("work")).content.decode()
    assert "will be due again on" not in page
    # On its day it is opened again and says so.
    wake_due(today=LATER, at=NOON)
    review.refresh_from_db()
    assert (review.state, review.why, review.why_detail) == (
        "waiting",
        "due",
        "was: not flagged",
    )
    # Another decision has another day, and another warning.
    later = LATER + timedelta(days=30)
    again = NOT_FLAGGED.__class__(
        outcome="not_flagged", reason_code="other", reason="As before.",
        snoozed_until=later,
    )  # fmt: skip
    decided(review, by=ana, signed_by=ben, decision=again)
    assert warn_of_due(today=later - timedelta(days=2), at=NOON) == 1


def test_the_clock_of_the_desk_warns_too(ana, ben):
    review = decided(
        review_of(make_notice()), by=ana, signed_by=ben, decision=NOT_FLAGGED
    )
    soon = timezone.localdate() + timedelta(days=3)
    Review.objects.filter(pk=review.pk).update(snoozed_until=soon)
    wake_reviews()
    assert DeskAlert.objects.count() == 2


def test_one_line_or_all_are_taken_off_ones_own_list(ana, ben, as_user):
    for _ in range(3):
        step(review_of(make_notice()), ana, "assign", assignee=ben)
    client = as_user(ben)
    seen = reverse("desk-alerts-seen")
    key = DeskAlert.objects.first().key
    as_user(ana).post(seen, {"alert": key})
    assert DeskAlert.objects.filter(seen_at=None).count() == 3
    client.post(seen, {"alert": key})
    assert DeskAlert.objects.filter(seen_at=None).count() == 2
    client.post(seen)
    assert not DeskAlert.objects.filter(seen_at=None).exists()

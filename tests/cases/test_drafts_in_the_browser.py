"""Typing in a real browser: kept while one types, through the end of a session."""

import re

import pytest
from django.urls import reverse

from accounts.models import BrowserSession
from cases.models import Draft, Review
from tests.browser import OpenPage, accessibility_problems, sideways_scroll
from tests.cases.review_makers import FLAG, step
from tests.factories import make_notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT = 15_000


def test_what_is_typed_survives_the_end_of_a_session(
    open_page: OpenPage, transactional_db, ana, olga
):
    notice = make_notice()
    address = reverse("decision", args=[notice.key])
    page = open_page(address, user=ana)
    page.fill("#id_propose_reason", "The first sentence.")
    state = page.locator("[data-draft-state]")
    state.get_by_text(re.compile(r"^Saved \d\d:\d\d$")).wait_for(timeout=WAIT)
    assert Draft.objects.get().fields["reason"] == "The first sentence."
    BrowserSession.objects.all().delete()
    page.fill("#id_propose_reason", "The first sentence. The second.")
    state.get_by_text("Not saved").wait_for(timeout=WAIT)
    assert page.input_value("#id_propose_reason").endswith("The second.")
    again = open_page(address, user=ana, width=390)
    assert again.input_value("#id_propose_reason") == "The first sentence."
    assert again.get_by_text("and did not send is below").is_visible()
    assert sideways_scroll(again) == 0
    assert accessibility_problems(again) == []
    other = open_page(address, user=olga)
    assert other.input_value("#id_propose_reason") == ""


def test_two_readings_and_the_work_in_hand_are_open_to_everybody(
    open_page: OpenPage, transactional_db, ana, ben
):
    notice = make_notice()
    review = Review.objects.get(notice=notice)
    step(review, ana, "assign", assignee=ben)
    blind = {name: getattr(FLAG, name) for name in FLAG.__slots__} | {"is_blind": True}
    step(review, ana, "propose", FLAG.__class__(**blind))
    step(review, ben, "read", FLAG)
    for path in (
        reverse("decision", args=[notice.key]),
        reverse("notice-tab", args=[notice.key, "comments"]),
        reverse("work"),
    ):
        for width, scheme in ((1440, "light"), (390, "dark")):
            page = open_page(path, user=ben, width=width, scheme=scheme)
            assert accessibility_problems(page) == [], path
            assert sideways_scroll(page) == 0, path

"""Stale forms: nothing is written, nothing is lost, and the reader is told why."""

from datetime import timedelta
from html import unescape

import pytest

from cases.choices import ReviewState
from cases.models import Review
from cases.review.intake import take_in
from tests.cases.review_makers import (
    FLAG,
    LATER,
    NOT_FLAGGED,
    body,
    change,
    form,
    page_of,
    send,
    step,
)
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    return make_notice()


@pytest.fixture
def review(notice):
    return Review.objects.get(notice=notice)


def test_a_stale_proposal_is_given_back_ready_to_send_again(
    notice, review, ana, olga, as_user
):
    step(review, olga, "take")
    answer = send(as_user(ana), notice, "propose", form(FLAG))
    page = body(answer)
    assert answer.status_code == 409
    assert "This changed while you were writing" in page
    assert "Olga Brandt" in page
    assert FLAG.reason in page
    assert "Propose all the same" in page
    assert review.transitions.count() == 1
    again = send(as_user(ana), notice, "propose", _hidden_fields(answer))
    assert again.status_code == 302
    review.refresh_from_db()
    assert (review.proposed_by, review.outcome) == (ana, "flagged")
    assert review.transitions.first().innocent_explanation == FLAG.innocent_explanation


def test_a_stale_form_with_a_gap_is_a_conflict_first(
    notice, review, ana, olga, as_user
):
    step(review, olga, "propose", NOT_FLAGGED)
    values = form(FLAG) | {"outcome": ""}
    answer = send(as_user(ana), notice, "propose", values)
    assert answer.status_code == 409
    assert FLAG.reason in body(answer)
    assert "is not possible any more" in body(answer)
    assert "Propose all the same" not in body(answer)


def test_a_change_of_the_notice_makes_an_open_form_stale(notice, review, ana, as_user):
    change(notice)
    take_in(at=NOON)
    answer = send(as_user(ana), notice, "propose", form(FLAG))
    assert answer.status_code == 409
    assert "The notice changed" in body(answer)
    assert "charge" in body(answer)
    assert FLAG.reason in body(answer)


def test_nobody_signs_another_proposal_than_the_one_they_read(
    notice, review, ana, ben, as_user
):
    bea = make_user("Bea Holm", "reviewer")
    step(review, ana, "propose", FLAG)
    step(review, bea, "return", reason="No source.")
    step(review, ana, "propose", NOT_FLAGGED)
    answer = send(as_user(ben), notice, "confirm", seen_version=1)
    assert answer.status_code == 409
    assert "another proposal than the one you read" in body(answer)
    assert "Confirm all the same" not in body(answer)
    review.refresh_from_db()
    assert review.state == ReviewState.PROPOSED


def test_a_double_click_ends_where_one_click_would(notice, review, ana, as_user):
    client = as_user(ana)
    answers = [send(client, notice, "propose", form(FLAG)) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert review.transitions.count() == 1


def test_a_second_reader_is_told_what_happened_after_the_proposal(
    notice, review, ana, ben, as_user
):
    step(review, ana, "propose", NOT_FLAGGED)
    assert "happened after it was proposed" not in page_of(as_user(ben), notice)
    assert f"{LATER:%-d %b %Y}" in page_of(as_user(ben), notice)
    change(notice)
    take_in(at=NOON + timedelta(hours=1))
    page = page_of(as_user(ben), notice)
    assert "This happened after it was proposed. Changed: charge." in page


def _hidden_fields(answer) -> dict[str, str]:
    """Return the fields of the form that sends the same again."""
    page = answer.content.decode()
    start = page.index("all the same")
    part = page[page.rindex("<form", 0, start) : start]
    return {
        unescape(one.split('name="')[1].split('"')[0]): unescape(
            one.split('value="')[1].split('"')[0]
        )
        for one in part.split("<input")[1:]
        if 'value="' in one
    }

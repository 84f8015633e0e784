"""The decision through its pages: forms, refusals, conflicts, and who gets none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.choices import ReviewState, WhyHere
from cases.models import Review
from notices.choices import Confidentiality
from tests.cases.review_makers import (
    FLAG,
    body,
    decided,
    form,
    page_of,
    send,
    step,
)
from tests.factories import make_notice, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    return make_notice()


@pytest.fixture
def review(notice):
    return Review.objects.get(notice=notice)


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


# --- The way through -------------------------------------------------------------


def test_an_analyst_proposes_and_a_reviewer_signs(notice, review, ana, ben, as_user):
    answer = send(as_user(ana), notice, "propose", form(FLAG))
    assert (answer.status_code, answer.url) == (
        302,
        reverse("notice", args=[notice.key]),
    )
    seen = page_of(as_user(ben), notice)
    for words in (FLAG.reason, FLAG.innocent_explanation, "Ana Lindqvist"):
        assert words in seen
    assert "Confirm: Likely politically motivated" in seen
    answer = send(as_user(ben), notice, "confirm", seen_version=1)
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.decided_by) == (ReviewState.FLAGGED, ben)


def test_a_return_goes_back_to_who_proposed_with_its_reason(
    notice, review, ana, ben, as_user
):
    step(review, ana, "propose", FLAG)
    answer = send(as_user(ben), notice, "return", seen_version=1, reason="Cite it.")
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.assignee) == (ReviewState.WAITING, ana)
    assert review.why == WhyHere.RETURNED
    history = as_user(ana).get(reverse("notice-tab", args=[notice.key, "history"]))
    assert "Cite it." in body(history)
    assert FLAG.reason in body(history)


def test_take_give_back_snooze_wake_and_open_again(notice, review, ana, ben, as_user):
    client = as_user(ana)
    send(client, notice, "take", seen_version=0)
    send(client, notice, "release", seen_version=1)
    day = tomorrow().isoformat()
    send(client, notice, "snooze", seen_version=2, snoozed_until=day, reason="Court.")
    review.refresh_from_db()
    assert (review.state, review.snoozed_until) == (ReviewState.SNOOZED, tomorrow())
    send(client, notice, "wake", seen_version=3)
    decided(review, by=ana, signed_by=ben)
    send(client, notice, "reopen", seen_version=6, reason="A court has spoken.")
    review.refresh_from_db()
    assert (review.state, review.why) == (ReviewState.WAITING, WhyHere.BY_HAND)
    actions = [one.action for one in review.transitions.order_by("version")]
    assert actions == [
        "take",
        "release",
        "snooze",
        "wake",
        "propose",
        "confirm",
        "reopen",
    ]


def test_after_a_proposal_the_work_goes_on_in_the_list_one_came_from(
    notice, ana, as_user
):
    query = "?back=country%3DRU%26state%3Dwaiting"
    page = as_user(ana).get(reverse("decision", args=[notice.key]) + query)
    action = reverse("review-move", args=[notice.key, "propose"]) + query
    assert action in page.content.decode()
    answer = send(as_user(ana), notice, "propose", form(FLAG), query=query)
    assert answer.url == f"{reverse('inbox')}?country=RU&state=waiting"


def test_the_way_back_leads_nowhere_else(notice, ana, as_user):
    query = "?back=%2F%2Fevil.example%2F"
    answer = send(as_user(ana), notice, "propose", form(FLAG), query=query)
    assert answer.url.startswith(reverse("inbox"))


# --- What must not be ---------------------------------------------------------------


def test_the_proposer_is_offered_no_signature_and_cannot_forge_one(
    notice, review, ben, as_user
):
    step(review, ben, "propose", FLAG)
    page = page_of(as_user(ben), notice)
    assert "A different person must read it" in page
    assert reverse("review-move", args=[notice.key, "confirm"]) not in page
    for action in ("confirm", "return"):
        answer = send(as_user(ben), notice, action, seen_version=1, reason="Mine.")
        assert answer.status_code == 400
        assert "A different person must read it." in body(answer)
        assert "Mine." in body(answer)
    review.refresh_from_db()
    assert (review.state, review.version) == (ReviewState.PROPOSED, 1)


@pytest.mark.parametrize("fields", [{}, {"reason": "I agree."}])
def test_an_analyst_signs_nothing_whatever_is_sent(
    fields, notice, review, ana, olga, as_user
):
    step(review, ana, "propose", FLAG)
    for action in ("confirm", "return"):
        answer = send(as_user(olga), notice, action, seen_version=1, **fields)
        assert answer.status_code == 403
        assert "sign or return" in body(answer)
    review.refresh_from_db()
    assert review.state == ReviewState.PROPOSED


def test_only_who_has_it_gives_it_back(notice, review, ana, olga, as_user):
    step(review, ana, "take")
    answer = send(as_user(olga), notice, "release", seen_version=1)
    assert answer.status_code == 400
    assert "Only Ana Lindqvist can give it back." in body(answer)
    assert send(as_user(ana), notice, "release", seen_version=1).status_code == 302


def test_others_get_no_form_and_outsiders_learn_nothing(
    notice, ana, carla, dina, emil, as_user
):
    for reader in (carla, dina, emil):
        page = as_user(reader).get(reverse("decision", args=[notice.key]))
        assert page.status_code == 403
        assert send(as_user(reader), notice, "take").status_code == 403
    hidden = make_notice(
        family_name="ZVONOGORTSEV", confidentiality=Confidentiality.RESTRICTED
    )
    hidden.grants.create(user=ana)
    olga = make_user("Olga Brandt")
    assert "ZVONOGORTSEV" in page_of(as_user(ana), hidden)
    for reader in (olga, make_user("Bo Lund", "reviewer")):
        page = as_user(reader).get(reverse("decision", args=[hidden.key]))
        answer = send(as_user(reader), hidden, "take")
        assert (page.status_code, answer.status_code) == (404, 404)
        assert "ZVONOGORTSEV" not in body(page) + body(answer)
    assert Review.objects.get(notice=hidden).version == 0


def test_no_step_is_taken_by_a_link(notice, review, ana, as_user):
    answer = as_user(ana).get(reverse("review-move", args=[notice.key, "take"]))
    # It leads to the form: so comes back who had to sign in before sending it.
    assert answer["Location"] == reverse("decision", args=[notice.key])
    unknown = send(as_user(ana), notice, "decide-all")
    assert unknown.status_code == 404
    for action in ("change", "delete"):
        assert send(as_user(ana), notice, action).status_code == 404
    review.refresh_from_db()
    assert review.version == 0


def test_a_form_of_another_site_moves_nothing(notice, review, ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    assert send(client, notice, "take").status_code == 403
    review.refresh_from_db()
    assert review.version == 0


# --- Bad input: said at the field, the text kept ------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outcome": ""}, "Choose an outcome."),
        ({"outcome": "guilty"}, "guilty is not one of the available choices"),
        ({"reason_code": ""}, "Choose the main reason."),
        ({"reason_code": "7"}, "7 is not one of the available choices"),
        ({"reason": "   "}, "Write why."),
        ({"reason": "x" * 100_000}, "at most 10000 characters"),
        ({"innocent_explanation": ""}, "Write the innocent explanation"),
        ({"outcome": "not_flagged", "snoozed_until": "2020-01-01"}, "after today"),
        ({"outcome": "not_flagged", "snoozed_until": "soon"}, "Enter a valid date"),
        ({"seen_version": "many"}, "Enter a whole number"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    changed, said, notice, review, ana, as_user
):
    kept = "We weighed this: the post of 4 May names no act."
    values = form(FLAG) | {"reason": kept} | changed
    answer = send(as_user(ana), notice, "propose", values)
    page = body(answer)
    assert answer.status_code == 400
    assert "There is a problem" in page
    assert said in page
    if "reason" not in changed:
        assert kept in page
    if "innocent_explanation" not in changed:
        assert FLAG.innocent_explanation in page
    review.refresh_from_db()
    assert (review.version, review.transitions.count()) == (0, 0)


def test_no_reason_is_chosen_beforehand(notice, ana, as_user):
    page = page_of(as_user(ana), notice)
    assert 'name="reason_code"' in page
    assert "checked" not in page
    for key in "1234567890":
        assert f'data-key="{key}"' in page


def test_strange_letters_are_kept_as_they_were_typed(notice, review, ana, as_user):
    words = "\u202eesrever\u202c 🕊️ Ωλα <b>x</b> {{ 7*7 }} 'quoted'"
    values = form(FLAG) | {"reason": words}
    assert send(as_user(ana), notice, "propose", values).status_code == 302
    assert review.transitions.get().reason == words
    history = as_user(ana).get(reverse("notice-tab", args=[notice.key, "history"]))
    assert "<b>x</b>" not in history.content.decode()
    assert words in body(history)


def test_whoever_signs_a_contested_flag_has_to_answer(ana, ben, as_user):
    notice = make_notice(needs_second_analyst=True)
    review = Review.objects.get(notice=notice)
    step(review, ana, "propose", FLAG)
    assert "Why the flag stands all the same" in page_of(as_user(ben), notice)
    silent = send(as_user(ben), notice, "confirm", seen_version=1)
    assert silent.status_code == 400
    assert "Write why the flag stands all the same." in body(silent)
    review.refresh_from_db()
    assert review.state == ReviewState.PROPOSED
    said = {"seen_version": 1, "reason": "The facts named are not the person's."}
    assert send(as_user(ben), notice, "confirm", said).status_code == 302

"""Drafts: what somebody types is kept for them alone, and comes back."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from cases.drafts.services import LONGEST, drafts_of
from cases.models import Draft, Review
from tests.cases.review_makers import FLAG, NOT_FLAGGED, form, page_of, send, step
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
TYPED = {
    "outcome": "flagged",
    "reason_code": "private_dispute",
    "reason": "\u202ehalf a sentence \U0001f600",
    "innocent_explanation": "Perhaps",
    "snoozed_until": "2031-01-05",
    "is_blind": "on",
    "seen_version": "0",
}


@pytest.fixture
def notice():
    return make_notice()


@pytest.fixture
def review(notice):
    return Review.objects.get(notice=notice)


def keep(client, notice, fields, purpose="propose"):
    return client.post(reverse("draft-save", args=[notice.key, purpose]), fields)


def test_what_was_typed_stands_in_the_form_again(notice, review, ana, as_user):
    client = as_user(ana)
    answer = keep(client, notice, TYPED)
    assert answer.status_code == 200
    assert answer.json()["saved"]
    # Signed out by time, and in again: another session finds it.
    page = page_of(as_user(ana), notice)
    assert "half a sentence" in page
    assert "and did not send is below" in page
    for chosen in ('value="flagged"', 'value="private_dispute"', 'name="is_blind"'):
        at = page.index(chosen)
        assert "checked" in page[at - 80 : at + 200], chosen
    assert 'value="2031-01-05"' in page


def test_only_its_author_sees_it(notice, review, ana, ben, olga, as_user):
    keep(as_user(ana), notice, TYPED)
    for other in (ben, olga):
        assert "half a sentence" not in page_of(as_user(other), notice)
        assert drafts_of(review, other) == {}
    keep(as_user(olga), notice, {"reason": "Mine", "seen_version": "0"})
    assert Draft.objects.count() == 2
    discard = reverse("draft-discard", args=[notice.key, "propose"])
    as_user(olga).post(discard, {"next": "//evil.example.org/"})
    assert [one.author for one in Draft.objects.all()] == [ana]


def test_sending_discarding_and_emptying_end_it(notice, review, ana, as_user):
    client = as_user(ana)
    keep(client, notice, TYPED)
    send(client, notice, "propose", form(FLAG))
    assert not Draft.objects.exists()
    keep(client, notice, {"text": "Hel", "seen_version": ""}, "comment")
    answer = keep(client, notice, {"text": "", "seen_version": ""}, "comment")
    assert answer.json() == {"saved": "", "moved": False}
    assert not Draft.objects.exists()
    keep(client, notice, {"text": "Hel"}, "comment")
    back = reverse("decision", args=[notice.key])
    discard = reverse("draft-discard", args=[notice.key, "comment"])
    assert client.post(discard, {"next": back})["Location"] == back
    assert not Draft.objects.exists()


def test_a_notice_that_moved_meanwhile_is_said(notice, review, ana, olga, as_user):
    client = as_user(ana)
    keep(client, notice, TYPED)
    step(review, olga, "take", at=NOON + timedelta(minutes=1))
    assert "The notice has moved since" in page_of(client, notice)
    assert keep(client, notice, TYPED).json()["moved"]


def test_a_stale_form_is_kept_as_a_draft_and_both_texts_are_shown(
    notice, review, ana, olga, as_user
):
    step(review, olga, "propose", NOT_FLAGGED)
    answer = send(as_user(ana), notice, "propose", form(FLAG))
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert FLAG.reason in page
    assert NOT_FLAGGED.reason in page
    assert Draft.objects.get().fields["reason"] == FLAG.reason


def test_a_form_sent_after_the_session_ended_leads_back_to_the_text(
    notice, review, ana, as_user, client
):
    keep(as_user(ana), notice, TYPED)
    answer = send(client, notice, "propose", form(FLAG))
    assert answer.status_code == 302
    signed_in_again = as_user(ana)
    after = answer["Location"].split("next=")[1]
    back = signed_in_again.get(after, follow=True)
    assert "half a sentence" in back.content.decode()
    assert not review.transitions.exists()


def test_strange_drafts_are_refused_or_kept_as_text(notice, ana, dina, as_user):
    client = as_user(ana)
    assert keep(client, notice, TYPED, "nothing").status_code == 404
    assert keep(as_user(dina), notice, TYPED).status_code == 403
    too_long = keep(client, notice, {"reason": "ж" * (LONGEST + 1)})
    assert too_long.status_code == 413
    assert "are not kept" in too_long.json()["problem"]
    assert keep(client, notice, {"reason": "ж" * LONGEST}).status_code == 200
    many = {f"f{n}": "x" for n in range(500)} | {"seen_version": "9" * 400}
    assert keep(client, notice, many).status_code == 200
    assert len(Draft.objects.get().fields) <= 20


def test_what_one_does_not_see_keeps_no_draft(ana, olga, as_user):
    hidden = make_notice(confidentiality="restricted")
    hidden.grants.create(user=ana)
    assert keep(as_user(olga), hidden, TYPED).status_code == 404
    keep(as_user(ana), hidden, TYPED)
    hidden.grants.all().delete()
    assert drafts_of(Review.objects.get(notice=hidden), ana) == {}

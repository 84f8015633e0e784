"""The reading pane: a notice beside its list, its quick steps, and who reads it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.choices import ReviewState
from cases.desk.readers import note_reading
from cases.models import Review, ReviewTransition
from notices.choices import Confidentiality
from tests.cases.review_makers import step
from tests.factories import make_notice

pytestmark = pytest.mark.django_db
AS_PANE = {"HX-Request": "true", "HX-Target": "pane"}


def at(notice, query="?state=waiting"):
    return reverse("inbox-notice", args=[notice.key]) + query


def act(client, notice, name, query="?state=waiting", headers=AS_PANE, **fields):
    review = Review.objects.get(notice=notice)
    address = reverse("inbox-act", args=[notice.key, name]) + query
    return client.post(
        address, {"seen_version": review.version, **fields}, headers=headers
    )


def text(answer):
    return unescape(answer.content.decode())


def dismissed(client, notice, **kw):
    fields = {"reason_code": "ordinary_crime", "reason": "A place and a day are named."}
    return act(client, notice, "dismiss", **{**fields, **kw})


@pytest.fixture
def three():
    made = [make_notice(family_name=f"ROW{n}", forename="") for n in range(3)]
    for place, notice in enumerate(made):
        Review.objects.filter(notice=notice).update(rank=100 - place)
    return made


def test_the_pane_is_a_page_of_its_own_and_a_part_for_the_script(three, ana, as_user):
    client = as_user(ana)
    page = text(client.get(at(three[1])))
    assert page.count("<h1") == 1
    assert re.search(r'class="row-link"[^>]+aria-current="true">ROW1', page)
    assert re.search(r'<h2 id="pane-title"[^>]*>.*?ROW1', page)
    assert page.count('class="row-link"') == 3
    part = text(client.get(at(three[1]), headers=AS_PANE))
    assert "<html" not in part
    assert "ROW1" in part
    assert "ROW0" not in part


def test_rows_lead_to_the_pane_with_the_filter_kept(three, ana, as_user):
    page = text(as_user(ana).get("/inbox/?country=RU&state=waiting"))
    hrefs = re.findall(r'class="row-link" href="([^"]+)"', page)
    assert hrefs[0] == at(three[0], "?country=RU&state=waiting")
    assert len(re.findall('class="row-link"', text(as_user(ana).get(hrefs[0])))) == 3


def test_pages_ask_the_same_number_of_queries_for_two_and_fifty_rows(ana, as_user):
    client = as_user(ana)
    made = [make_notice() for _ in range(2)]

    def queries(address, **headers):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address, headers=headers).status_code == 200
        return len(captured)

    def all_of_them():
        return (
            queries("/inbox/"),
            queries(at(made[0])),
            queries(at(made[0]), **AS_PANE),
        )

    few = all_of_them()
    for _ in range(48):
        make_notice()
    assert all_of_them() == few
    inbox, both, pane = few
    assert inbox <= 5
    assert both <= 15
    assert pane <= 11


def test_a_dismissal_is_a_proposal_with_its_reason(three, ana, as_user):
    client = as_user(ana)
    answer = dismissed(client, three[0])
    assert answer.status_code == 200
    assert "Dismissed" in text(answer)
    # It has left the list.
    assert 'class="row-link"' not in text(answer)
    review = Review.objects.get(notice=three[0])
    assert (review.state, review.outcome) == (ReviewState.PROPOSED, "not_flagged")
    assert ReviewTransition.objects.get(review=review).reason.startswith("A place")
    dismissed(client, three[1], reason_code="not_enough")
    assert Review.objects.get(notice=three[1]).outcome == "insufficient"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Write why."),
        ({"reason_code": ""}, "Choose the main reason."),
        # Reasons for a flag dismiss nobody, and a forged outcome is not read.
        ({"reason_code": "political_charge"}, "not one of the available"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_typed_text_stays(
    fields, words, three, ana, as_user
):
    filled = {"reason": "Half a sent", "outcome": "flagged", **fields}
    answer = dismissed(as_user(ana), three[0], **filled)
    assert answer.status_code == 400
    assert words in text(answer)
    assert filled["reason"] in text(answer)
    assert '<details class="pane-fold" name="pane-fold" data-fold="dismiss" open' in (
        text(answer)
    )
    assert Review.objects.get(notice=three[0]).state == ReviewState.WAITING


def test_no_step_of_the_pane_flags_anybody(three, ana, as_user):
    client = as_user(ana)
    for name in ("propose", "confirm", "flag", "read", "adjudicate"):
        assert act(client, three[0], name, outcome="flagged").status_code == 404
    assert not ReviewTransition.objects.exists()


def test_a_step_that_came_too_late_writes_nothing_and_keeps_the_words(
    three, ana, olga, as_user
):
    step(Review.objects.get(notice=three[0]), olga, "take")
    address = reverse("inbox-act", args=[three[0].key, "dismiss"])
    answer = as_user(ana).post(
        address,
        {"seen_version": 0, "reason_code": "other", "reason": "My own words"},
        headers=AS_PANE,
    )
    assert answer.status_code == 409
    assert "Olga Brandt" in text(answer)
    assert "My own words" in text(answer)
    assert Review.objects.get(notice=three[0]).state == ReviewState.TAKEN
    # Sent again as it stands there now, it is taken.
    seen = re.search(r'name="seen_version" value="(\d+)"', text(answer))[1]
    assert seen == "1"


def test_a_step_can_be_undone_by_whoever_took_it_until_somebody_acts(
    three, ana, olga, as_user
):
    client = as_user(ana)
    toast = text(dismissed(client, three[0]))
    undo = re.search(r'action="([^"]+/undo/[^"]*)"', toast)[1]
    seen = re.search(r'name="seen_version" value="(\d+)"', toast)[1]
    answer = client.post(undo, {"seen_version": seen}, headers=AS_PANE)
    assert answer.status_code == 200
    assert "data-undone" in text(answer)
    # Its row is back, for the script to put where it was.
    assert ">ROW0</a>" in text(answer)
    review = Review.objects.get(notice=three[0])
    assert review.state == ReviewState.WAITING
    assert [one.action for one in review.transitions.all()] == ["undo", "propose"]
    act(client, three[1], "take", query="?view=all")
    step(Review.objects.get(notice=three[1]), olga, "take")
    refused = act(client, three[1], "undo")
    assert refused.status_code == 409
    assert "Olga Brandt has done something since" in text(refused)


def test_a_row_that_stays_in_its_list_comes_back_as_it_reads_now(three, ana, as_user):
    page = text(act(as_user(ana), three[0], "take", query="?view=all"))
    assert ">ROW0</a>" in page
    assert "Being assessed" in page


def test_look_closer_takes_the_notice_and_opens_the_assessment(three, ana, as_user):
    client = as_user(ana)
    answer = act(client, three[0], "take", then="closer")
    assert answer.status_code == 204
    assert answer["Desk-Go"].startswith(f"/notices/{three[0].key}/screening/")
    plain = act(client, three[1], "take", headers={}, then="closer")
    assert plain.status_code == 302
    assert Review.objects.get(notice=three[1]).assignee == ana


def test_without_a_script_a_step_leads_on_to_the_next_row(three, ana, as_user):
    client = as_user(ana)
    days = {"snoozed_until": (timezone.localdate() + timedelta(7)).isoformat()}
    first = act(client, three[0], "snooze", headers={}, **days)
    assert first.url == at(three[1])
    assert "Snoozed." in text(client.get(first.url))
    dismissed(client, three[1])
    last = act(client, three[2], "snooze", headers={}, **days)
    assert last.url == "/inbox/?state=waiting"


def test_who_reads_a_notice_is_told_for_a_minute_and_to_colleagues_alone(
    three, ana, ben, as_user
):
    now, address = timezone.now(), reverse("inbox-reading")
    note_reading(notice=three[0], reader=ben, at=now - timedelta(seconds=61))
    rows = {"key": [one.key for one in three]}
    assert as_user(ana).post(address, rows).json() == {}
    assert as_user(ben).post(address, {"open": three[0].key}).json() == {}
    assert as_user(ana).post(address, rows).json() == {three[0].key: ["Ben Okafor"]}
    page = text(as_user(ana).get(at(three[0])))
    assert "Ben Okafor is reading this" in page
    # It stops nobody.
    assert dismissed(as_user(ana), three[0]).status_code == 200


def test_nobody_learns_who_reads_what_they_may_not_see(ana, carla, ben, as_user):
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    hidden.grants.create(user=ben)
    note_reading(notice=hidden, reader=ben, at=timezone.now())
    address = reverse("inbox-reading")
    answer = as_user(ana).post(address, {"key": hidden.key, "open": hidden.key})
    assert answer.json() == {}
    # Nor is she told to ben as a reader of it.
    assert as_user(ben).post(address, {"key": hidden.key}).json() == {}
    assert as_user(ana).get(at(hidden)).status_code == 404
    assert as_user(carla).post(address).status_code == 403


def test_who_reads_a_restricted_notice_is_told_to_nobody(ana, ben, as_user):
    """Somebody else may read it through a file that others must not learn of."""
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    for one in (ana, ben):
        hidden.grants.create(user=one)
    as_user(ben).get(at(hidden))
    as_user(ben).post(reverse("inbox-reading"), {"open": hidden.key})
    answer = as_user(ana).post(reverse("inbox-reading"), {"key": hidden.key})
    assert answer.json() == {}
    assert "reading this" not in text(as_user(ana).get(at(hidden)))


def test_a_restricted_notice_is_not_read_ahead(three, ana, as_user):
    ahead = AS_PANE | {"Desk-Ahead": "1"}
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    client = as_user(ana)
    assert client.get(at(hidden), headers=ahead).status_code == 404
    hidden.grants.create(user=ana)
    assert client.get(at(hidden), headers=ahead).status_code == 204
    assert client.get(at(hidden), headers=AS_PANE).status_code == 200
    assert client.get(at(three[0]), headers=ahead).status_code == 200

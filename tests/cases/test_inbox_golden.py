"""The golden list: twenty filters that people know by name, and exactly their rows.

A change of the filters that loses or gains a row for one of them fails here, through
the page, with its name.
"""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection

from cases.choices import ReviewState, WhyHere
from cases.models import Review
from notices.choices import Band, Listing, NoticeKind
from tests.cases.review_makers import LATER, decided, step
from tests.factories import NOON, make_notice, make_person

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 10, 1, tzinfo=UTC)


def make(name, rank, *, review=None, **kw):
    notice = make_notice(family_name=name, forename="Invented", **kw)
    Review.objects.filter(notice=notice).update(rank=rank, **(review or {}))
    return Review.objects.get(notice=notice)


def shchukin():
    person = make_person("Щукин", "Осип", script="Cyrl")
    # As imports keep it, in Latin letters.
    person.search_name = "shchukin osip"
    person.save()
    return person


@pytest.fixture
def rows(ana, ben, olga):
    speech = {"offence_classes": ["speech_press"], "last_changed": LONG_AGO}
    made = {
        "URGENT": make("URGENT", 99, review={"is_urgent": True}, issuer="RU"),
        "BACK": make("BACK", 98, review={"why": WhyHere.BACK}, issuer="RU", **speech),
        "CHANGED": make("CHANGED", 97, review={"why": WhyHere.CHANGED}, issuer="TR"),
        "GONE": make(
            "GONE",
            96,
            review={"why": WhyHere.NO_LONGER_LISTED},
            issuer="TR",
            listing=Listing.NO_LONGER_LISTED,
            absent_since=NOON,
        ),
        "STRONG": make("STRONG", 95, issuer="BY", article_band=Band.STRONG),
        "THIN": make(
            "THIN", 94, issuer="BY", evidence_band=Band.INSUFFICIENT, **speech
        ),
        "MISSING": make("MISSING", 93, issuer="IR", kind=NoticeKind.YELLOW),
        "KAZAKH": make("KAZAKH", 92, issuer="RU", nationalities=["KZ"]),
        "FRAUD": make("FRAUD", 91, issuer="AE", charge="Fraud on a large scale"),
        "CYRILLIC": make(
            "CYRILLIC",
            90,
            issuer="RU",
            person=shchukin(),
        ),
        "MINE": make("MINE", 89, issuer="AE"),
        "OLGAS": make("OLGAS", 88, issuer="AE"),
        "PROPOSED": make("PROPOSED", 87, issuer="RU"),
        "SNOOZED": make("SNOOZED", 86, issuer="RU"),
        "FLAGGED": make("FLAGGED", 85, issuer="TR"),
        "CLEARED": make("CLEARED", 84, issuer="AE", charge="Fraud with a cheque"),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice SET search = to_tsvector('simple', charge_summary)"
        )
    step(made["MINE"], ana, "take")
    step(made["OLGAS"], olga, "take")
    fields = {
        "outcome": "not_flagged",
        "reason_code": "ordinary_crime",
        "reason": "A time and a place are named.",
    }
    step(made["PROPOSED"], ana, "propose", **fields)
    step(made["SNOOZED"], ana, "snooze", snoozed_until=LATER)
    decided(made["FLAGGED"], by=ana, signed_by=ben)
    step(made["CLEARED"], ana, "propose", **fields)
    step(made["CLEARED"], ben, "confirm", reason="Read it; I agree.")
    return {review.notice.key: name for name, review in made.items()}


OPEN = "URGENT BACK CHANGED GONE STRONG THIN MISSING KAZAKH FRAUD CYRILLIC"
GOLDEN = {
    "What waits": ("", OPEN),
    "With me": ("assigned=me", "MINE"),
    "With nobody, open": ("assigned=nobody&state=waiting", OPEN),
    "With Olga": ("assigned={olga}", "OLGAS"),
    "For a second person": ("state=proposed&state=differing", "PROPOSED"),
    "Put away": ("state=snoozed", "SNOOZED"),
    "Decided": (
        "state=flagged&state=insufficient&state=not_flagged",
        "FLAGGED CLEARED",
    ),
    "All": (
        "view=all",
        f"{OPEN} MINE OLGAS PROPOSED SNOOZED FLAGGED CLEARED",
    ),
    "Listed again": ("why=back", "BACK"),
    "Changed, for review": ("why=changed&state=waiting", "CHANGED"),
    "Gone from the list": ("listing=no_longer_listed", "GONE"),
    "Russia, for review": (
        "country=RU&state=waiting",
        "URGENT BACK KAZAKH CYRILLIC",
    ),
    "Everything of Türkiye": ("country=TR&view=all", "CHANGED GONE FLAGGED"),
    "Kazakh nationals": ("nationality=KZ", "KAZAKH"),
    "Speech": ("offence=speech_press", "BACK THIN"),
    "Strong anywhere": ("band=strong", "STRONG"),
    "Too little known": ("band=insufficient&state=waiting", "THIN"),
    "Missing persons": ("kind=yellow", "MISSING"),
    "Fraud in the charges": ("text=fraud&view=all", "FRAUD CLEARED"),
    "Shchukin in Latin letters": ("name=shchukin", "CYRILLIC"),
    "News since November": (
        "since=2026-11-01&state=waiting",
        "URGENT CHANGED GONE STRONG MISSING KAZAKH FRAUD CYRILLIC",
    ),
}


def test_each_of_the_named_filters_gives_exactly_its_rows_in_order(
    rows, ana, olga, as_user
):
    client = as_user(ana)
    assert len(GOLDEN) >= 20
    wrong = {}
    for name, (query, expected) in GOLDEN.items():
        address = f"/inbox/?{query.format(olga=olga.pk)}"
        page = unescape(client.get(address).content.decode())
        got = [rows[key] for key in re.findall(r'data-row="([^"]+)"', page)]
        if got != expected.split():
            wrong[name] = got
    assert wrong == {}


def test_the_order_is_stated_above_the_list_and_holds(rows, ana, as_user):
    page = as_user(ana).get("/inbox/?view=all").content.decode()
    head, _, body = page.partition("data-rows")
    assert "In this order: urgent, listed again, concern, evidence, newest" in head
    keys = re.findall(r'data-row="([^"]+)"', body)
    ranks = dict(Review.objects.values_list("notice__key", "rank"))
    assert [ranks[key] for key in keys] == sorted(ranks.values(), reverse=True)


def test_a_word_of_many_notices_finds_the_same_as_a_word_of_few(
    rows, ana, as_user, monkeypatch
):
    client = as_user(ana)

    def found(query):
        page = client.get(f"/inbox/?{query}&view=all").content.decode()
        return re.findall(r'data-row="([^"]+)"', page)

    queries = ("text=fraud", "name=invented", "text=nowhere", "name=qqxzwv")
    few = [found(query) for query in queries]
    assert [len(keys) for keys in few] == [2, 15, 0, 0]
    monkeypatch.setattr("cases.review.filters.FEW", 1)
    assert [found(query) for query in queries] == few


def test_a_saved_filter_of_a_day_ahead_finds_nothing(rows, ana, as_user):
    ahead = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    page = as_user(ana).get(f"/inbox/?since={ahead}&view=all").content.decode()
    assert "data-row=" not in page
    assert ReviewState.WAITING not in page.split('class="empty"')[1]


def test_choices_say_how_many_rows_they_would_leave(rows, ana, as_user, monkeypatch):
    client = as_user(ana)
    address = "/inbox/counts/?part=shares&state=waiting&country=RU"
    page = unescape(client.get(address).content.decode())
    found = re.findall(
        r'href="([^"]+)"[^>]*>([^<]+) <span class="chip-key">(\d+)</span>', page
    )
    assert ("Listed again", "1") in [(words, number) for _, words, number in found]
    for href, _, number in found:
        listed = client.get(href).content.decode()
        assert len(re.findall("data-row=", listed)) == int(number), href
    assert any("state=proposed" in href for href, _, _ in found)
    # Beyond the cap a choice stands without a number, and nothing more is counted.
    monkeypatch.setattr("cases.desk.inbox.CAP", 2)
    monkeypatch.setattr("cases.desk.counting.CAP", 2)
    assert "chip-key" not in client.get(address).content.decode()

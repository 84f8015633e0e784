"""The inbox page: its tabs, the filters that are on, the part that a filter swaps."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.choices import ReviewState, WhyHere
from cases.models import Review
from tests.cases.review_makers import LATER, decided, step
from tests.factories import make_notice

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


def read(client, query="", **headers):
    answer = client.get(f"{INBOX}{query}", headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def names(page):
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', page)


def current_tab(page):
    found = re.search(r'aria-current="page">([A-Z][a-z ]+)', page.split('"tabs"')[1])
    return found[1].strip() if found else None


@pytest.fixture
def notices(ana, ben):
    """One notice a state, named after it."""
    made = {}
    for state in ("WAITING", "TAKEN", "PROPOSED", "SNOOZED", "FLAGGED"):
        notice = make_notice(family_name=state, forename="Ayhan")
        made[state] = Review.objects.get(notice=notice)
    step(made["TAKEN"], ana, "take")
    step(
        made["PROPOSED"],
        ana,
        "propose",
        outcome="not_flagged",
        reason_code="ordinary_crime",
        reason="A time and a place are named.",
    )
    step(made["SNOOZED"], ana, "snooze", snoozed_until=LATER)
    decided(made["FLAGGED"], by=ana, signed_by=ben)
    return made


@pytest.mark.parametrize(
    ("query", "tab", "shown"),
    [
        ("", "For review", {"WAITING"}),
        ("?state=waiting", "For review", {"WAITING"}),
        ("?assigned=me", "Mine", {"TAKEN"}),
        ("?state=proposed&state=differing", "Second reading", {"PROPOSED"}),
        ("?state=snoozed", "Snoozed", {"SNOOZED"}),
        (
            "?state=insufficient&state=flagged&state=not_flagged",
            "Decided",
            {"FLAGGED"},
        ),
        (
            "?view=all",
            "All",
            {"WAITING", "TAKEN", "PROPOSED", "SNOOZED", "FLAGGED"},
        ),
        ("?state=taken", None, {"TAKEN"}),
    ],
)
def test_each_tab_is_an_address_and_says_where_one_is(
    query, tab, shown, notices, ana, as_user
):
    page = read(as_user(ana), query)
    assert {name.split()[0] for name in names(page)} == shown
    assert current_tab(page) == tab


def test_the_numbers_on_the_tabs_are_those_of_their_lists(notices, ana, as_user):
    client = as_user(ana)
    page = client.get(reverse("inbox-counts")).content.decode()
    found = re.findall(r'href="([^"]+)"[^>]*>[^<]+<span class="tabs-count">(\d+)', page)
    assert len(found) == 4
    for href, number in found:
        assert len(names(client.get(unescape(href)).content.decode())) == int(number)


def test_a_row_says_what_the_tab_does_not(notices, ana, ben, as_user):
    page = read(as_user(ben), "?view=all")
    for word in ("For review", "Being assessed", "Second reading", "Snoozed"):
        assert page.split('class="rows"')[1].count(word) == 1
    assert "by <bdi>Ana Lindqvist</bdi>" in page
    assert "with <bdi>Ana Lindqvist</bdi>" in page
    rows = read(as_user(ben)).split('class="rows"')[1]
    assert "For review" not in rows


def test_urgent_comes_first_then_what_is_listed_again_then_concern(ana, as_user):
    for name, fields in (
        ("CALM", {"rank": 10}),
        ("BACK", {"rank": 2_000_000, "why": WhyHere.BACK}),
        ("URGENT", {"rank": 4_000_000, "is_urgent": True}),
        ("CONCERN", {"rank": 9000}),
    ):
        notice = make_notice(family_name=name, forename="")
        Review.objects.filter(notice=notice).update(**fields)
    page = read(as_user(ana))
    assert [name.strip() for name in names(page)] == [
        "URGENT",
        "BACK",
        "CONCERN",
        "CALM",
    ]
    assert "Listed again" in page
    # The number that orders the list is not for people.
    assert "4000000" not in page.split('class="pager"')[0]
    assert "9000" not in page.split('class="pager"')[0]


def test_filters_that_are_on_can_each_be_taken_off(notices, ana, as_user):
    client = as_user(ana)
    page = read(client, "?state=waiting&country=RU&name=waiting")
    chips = re.findall(r'class="chip" href="([^"]+)"', page)
    assert len(chips) == 2
    for href in chips:
        assert len(re.findall(r'class="chip"', read(client, href))) == 1
    assert "Issuing country" in page
    assert "Russia" in page
    assert "1 notice<" in page


def test_a_filter_can_be_followed_as_it_stands(notices, ana, as_user):
    client = as_user(ana)
    page = read(client, "?country=RU&state=waiting&after=9-9")
    href = unescape(re.search(r'href="(/follows/[^"]+)"', page)[1])
    assert "after" not in href
    form = client.get(href)
    assert form.status_code == 200
    assert "Russia" in form.content.decode()


def test_htmx_gets_the_list_alone_and_the_address_it_belongs_to(notices, ana, as_user):
    asked = {"HX-Request": "true", "HX-Target": "inbox-list"}
    query = "?country=RU&state=waiting&name=&text="
    answer = as_user(ana).get(f"{INBOX}{query}", headers=asked)
    page = answer.content.decode()
    assert "<html" not in page
    assert len(names(page)) == 1
    assert answer["HX-Push-Url"] == "/inbox/?country=RU&state=waiting"
    # The panel of filters and a step back in the history want the page.
    for other in ({"HX-Target": "inbox-panel"}, {"HX-History-Restore-Request": "true"}):
        assert "<html" in read(as_user(ana), query, **{"HX-Request": "true", **other})


def test_the_filters_open_without_a_script_and_keep_what_was_chosen(
    notices, ana, as_user
):
    client = as_user(ana)
    closed = read(client, "?country=RU&state=waiting")
    assert 'name="country"' not in closed
    href = re.search(r'<p><a href="([^"]+)">Show the filters', closed)[1]
    opened = read(client, href.removeprefix(INBOX))
    assert "<details" in opened
    assert re.search(r'<option value="RU" selected>', opened)
    assert re.search(r'value="waiting"[^>]*checked', opened)
    assert names(opened) == names(closed)


def test_a_notice_leads_back_to_the_list_one_came_from(notices, ana, as_user):
    client = as_user(ana)
    page = read(client, "?view=all&country=RU&filters=open")
    href = re.search(r'class="row-link" href="([^"]+)"', page)[1]
    notice = unescape(client.get(href).content.decode())
    assert 'href="/inbox/?country=RU&view=all"' in notice


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Nothing to review."),
        ("?assigned=me", "Nothing is with you."),
        ("?state=proposed&state=differing", "Nothing waits for a second person."),
        ("?state=snoozed", "Nothing is snoozed."),
        ("?view=all", "No notice yet."),
        ("?country=RU", "No notice matches."),
    ],
)
def test_an_empty_list_says_why(query, words, ana, as_user):
    assert words in read(as_user(ana), query)


def test_names_of_colleagues_cost_one_query_however_many_there_are(
    ana, ben, olga, as_user
):
    client = as_user(ben)
    for _ in range(10):
        make_notice()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            read(client, "?view=all")
        return len(captured)

    nobody = queries()
    for number, review in enumerate(Review.objects.all()):
        review.assignee = (ana, ben, olga)[number % 3]
        review.state = ReviewState.TAKEN
        review.save()
    assert queries() == nobody + 1 <= 12


@pytest.mark.parametrize("who", ["carla", "dina", "emil"])
def test_others_do_not_work_here(who, request, as_user):
    client = as_user(request.getfixturevalue(who))
    for path in (INBOX, reverse("inbox-counts")):
        assert client.get(path).status_code == 403


def test_an_older_page_counts_what_its_filter_finds(ana, as_user):
    for _ in range(51):
        make_notice(issuer="TR")
    client = as_user(ana)
    page = read(client, "?country=TR")
    href = re.search(r'hx-get="([^"]+part=total)"', page)[1]
    assert client.get(href).content.decode() == "51 notices"

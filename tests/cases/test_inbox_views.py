"""Filters under a name: kept, shared, renamed, deleted; nobody else's are touched."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from cases.models import SavedView
from cases.views.services import MOST_VIEWS
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
VIEWS = "/inbox/views/"
RUSSIA = "country=RU&state=waiting"


def text(answer):
    return unescape(answer.content.decode())


def save(client, name="Russia", query=RUSSIA, **kw):
    return client.post(reverse("view-add"), {"name": name, "query": query, **kw})


@pytest.fixture
def mine(ana):
    return SavedView.objects.create(
        owner=ana, name="Russia", query=RUSSIA, created_at=NOON
    )


def test_a_filter_is_kept_as_its_address_and_opens_its_list(ana, as_user):
    client = as_user(ana)
    make_notice(family_name="RUSSIAN")
    make_notice(family_name="TURKISH", issuer="TR")
    answer = save(client, query=f"{RUSSIA}&after=9-9&name=&filters=open")
    assert answer.url == f"/inbox/?{RUSSIA}"
    page = text(client.get(answer.url))
    assert "Saved as “Russia”" in page
    assert "RUSSIAN" in page
    assert "TURKISH" not in page
    menu = text(client.get(f"{VIEWS}?{RUSSIA}", headers={"HX-Target": "inbox-views"}))
    assert f'href="/inbox/?{RUSSIA}" aria-current="true"' in menu
    assert "Issuing country: Russia" in menu
    assert "<html" not in menu
    assert AuditEntry.objects.filter(action="view.saved").count() == 1


def test_a_name_that_is_there_gets_the_new_filter(ana, mine, as_user):
    save(as_user(ana), query="country=TR", is_shared="on")
    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("country=TR", True)


def test_colleagues_see_what_is_shared_and_nothing_else(
    ana, ben, carla, dina, mine, as_user
):
    assert "Russia" not in text(as_user(ben).get(VIEWS))
    as_user(ana).post(
        reverse("view-change", args=[mine.key]), {"name": "Russia", "is_shared": "on"}
    )
    page = text(as_user(ben).get(VIEWS))
    assert "Russia" in page
    assert "by <bdi>Ana Lindqvist</bdi>" in page
    # He may use it, and change nothing.
    for name in ("view-change", "view-delete"):
        answer = as_user(ben).post(reverse(name, args=[mine.key]), {"name": "His"})
        assert answer.status_code == 404
    assert SavedView.objects.get().name == "Russia"
    for who in (carla, dina):
        assert as_user(who).get(VIEWS).status_code == 403


def test_a_view_is_renamed_unshared_and_deleted_by_its_owner(ana, mine, as_user):
    client = as_user(ana)
    change = reverse("view-change", args=[mine.key])
    client.post(change, {"name": "  East   first ", "is_shared": "on"})
    mine.refresh_from_db()
    assert (mine.name, mine.is_shared) == ("East first", True)
    client.post(change, {"name": "East first"})
    mine.refresh_from_db()
    assert not mine.is_shared
    save(client, name="Other", query="country=TR")
    clash = client.post(change, {"name": "Other"})
    assert clash.status_code == 400
    assert "another one of that name" in text(clash)
    client.post(reverse("view-delete", args=[mine.key]))
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Other"]
    done = AuditEntry.objects.filter(action__startswith="view.")
    assert done.count() == 4


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Give it a name."),
        ({"query": "colour=red"}, "Not a filter here: colour"),
        ({"query": "country=XX"}, "not complete"),
        ({"query": "name=" + "x" * 190 + "&text=" + "%D1%89" * 90}, "too many parts"),
    ],
)
def test_what_cannot_be_kept_says_why(fields, words, ana, as_user):
    answer = save(as_user(ana), **fields)
    assert answer.status_code == 400
    assert words in text(answer)
    assert not SavedView.objects.exists()


def test_there_is_an_end_to_how_many(ana, as_user):
    SavedView.objects.bulk_create(
        SavedView(owner=ana, name=f"N{n}", query="", created_at=NOON)
        for n in range(MOST_VIEWS)
    )
    assert "Delete one that is not needed" in text(save(as_user(ana), name="More"))
    assert SavedView.objects.count() == MOST_VIEWS


def test_the_log_of_a_shared_view_tells_nothing_of_its_private_past(ana, ben, as_user):
    client = as_user(ana)
    save(client, name="Petrov client", query="name=petrov")
    view = SavedView.objects.get()
    change = reverse("view-change", args=[view.key])
    client.post(change, {"name": "Two clients"})
    client.post(change, {"name": "By name", "is_shared": "on"})
    log = text(as_user(ben).get(reverse("audit-log")))
    assert "Petrov" not in log
    assert "Two clients" not in log
    told = AuditEntry.objects.filter(action__startswith="view.")
    assert told.count() == 3
    assert "petrov" not in "".join(one.facts + one.words for one in told[1:])

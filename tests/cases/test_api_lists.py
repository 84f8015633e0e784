"""Lists over the API: for Ana, an analyst, for Dina, who reads, and for others."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.choices import Role
from notices.choices import Band, Confidentiality, Listing, NameKind, NameSource
from notices.models import PersonName
from tests.factories import NOON, make_country, make_notice, make_person, make_user

pytestmark = pytest.mark.django_db
LISTS = ["/api/notices/", "/api/people/", "/api/countries/"]


def browser(role):
    client = Client()
    client.force_login(make_user("Some One", role))
    return client


@pytest.fixture
def ana():
    return browser(Role.ANALYST)


@pytest.fixture
def dina():
    return browser(Role.ADVOCACY)


def ids(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_a_notice_in_a_list_has_keys_partial_dates_and_country_names(ana):
    notice = make_notice(birth_date="1979-03", nationalities=["RU", "UNK"])
    [row] = ana.get("/api/notices/").json()["results"]
    assert row["id"] == notice.key
    assert row["url"] == f"http://testserver/api/notices/{notice.key}/"
    assert row["reference"] == notice.reference
    assert row["birth_date"] == "1979-03"
    assert row["issuers"] == [{"code": "RU", "name": "Russia"}]
    assert row["nationalities"][1]["name"] == "Kosovo (under UNMIK mandate)"
    assert row["first_seen"] == "2026-11-24T12:00:00Z"
    assert row["person"]["name"] == "VALTESKU Miron"
    assert row["review"]["state"] == "waiting"
    assert row["screening"] is None
    assert "concern" not in str(row)
    assert ana.get(row["url"]).json()["id"] == notice.key
    assert ana.get(row["person"]["url"]).json()["name"] == "VALTESKU Miron"


def test_no_primary_key_leaves_the_api(ana):
    make_notice(id=987654321)
    for address in LISTS:
        assert "987654321" not in ana.get(address).content.decode()


def test_the_three_outputs_stay_three(ana):
    make_notice(
        breach_band=Band.SOME,
        article_band=Band.STRONG,
        evidence_band=Band.NONE,
        urgency="hearing 3 Dec",
        concern=0.8125,
    )
    response = ana.get("/api/notices/")
    assert response.json()["results"][0]["screening"] == {
        "rule_breach": "some",
        "article_2_3": "strong",
        "evidence": "none",
        "urgency": "hearing 3 Dec",
    }
    assert b"0.8125" not in response.content


def test_a_reader_gets_no_finding_no_review_and_nothing_that_is_not_public(dina):
    public = make_notice(breach_band=Band.STRONG, offence_classes=["speech"])
    make_notice(family_name="ORGANISED", confidentiality=Confidentiality.ORGANISATION)
    make_notice(family_name="HIDDENNAME", confidentiality=Confidentiality.RESTRICTED)
    assert ids(dina, "/api/notices/") == [public.key]
    assert ids(dina, "/api/people/") == [public.person.key]
    [row] = dina.get("/api/notices/").json()["results"]
    for field in ("screening", "review", "confidentiality", "origin"):
        assert field not in row
    assert "offence_classes" not in row
    for address in LISTS:
        text = dina.get(address).content.decode()
        assert "HIDDENNAME" not in text
        assert "ORGANISED" not in text


def test_a_restricted_notice_is_for_the_people_it_names(ana):
    restricted = make_notice(confidentiality=Confidentiality.RESTRICTED)
    assert ids(ana, "/api/notices/") == []
    carla = make_user("Carla Ruiz", Role.LAWYER)
    restricted.grants.create(user=carla)
    client = Client()
    client.force_login(carla)
    assert ids(client, "/api/notices/") == [restricted.key]


@pytest.mark.parametrize("address", LISTS)
def test_a_stranger_is_not_let_in(client, address):
    make_notice()
    response = client.get(address)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["reason"]
    assert b"VALTESKU" not in response.content


@pytest.mark.parametrize("address", LISTS)
def test_an_administrator_reads_no_notices(address):
    response = browser(Role.ADMINISTRATOR).get(address)
    assert response.status_code == 403
    assert "see public notices" in response.json()["errors"][0]["reason"]


@pytest.mark.parametrize("address", [*LISTS, "/api/notices/2026-1/", "/api/nothing/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(ana, address, method):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana.cookies
    response = getattr(strict, method)(address)
    assert response.status_code == 405
    assert response.json()["errors"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "9" * 400}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"after": "2020-1"}, "after"),
        ({"since": "yesterday"}, "since"),
        ({"country": "Atlantis"}, "country"),
        ({"state": "lost"}, "state"),
        ({"name": "a\0b"}, "name"),
        ({"text": "x" * 201}, "text"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(ana, query, field):
    make_notice()
    response = ana.get("/api/notices/", query)
    assert response.status_code == 400
    [problem] = response.json()["errors"]
    assert problem["field"] == field
    assert problem["reason"]


@pytest.mark.parametrize("address", ["/api/people/", "/api/countries/"])
def test_every_list_names_unknown_parameters(ana, address):
    response = ana.get(address, {"colour": "red", "size": "2"})
    assert response.status_code == 400
    assert [p["field"] for p in response.json()["errors"]] == ["colour", "size"]


@pytest.mark.parametrize("name", ["band", "state", "assigned", "why", "offence"])
def test_filters_on_findings_do_not_exist_for_readers(dina, name):
    response = dina.get("/api/notices/", {name: "some"})
    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"field": name, "reason": "There is no such filter."}
    ]


def test_the_filters_of_the_inbox_work_here(ana):
    turkish = make_notice(issuer="TR", nationalities=["TR"], breach_band=Band.STRONG)
    gone = make_notice(
        listing=Listing.NO_LONGER_LISTED, last_changed=NOON - timedelta(days=9)
    )
    assert ids(ana, "/api/notices/", country="TR") == [turkish.key]
    assert ids(ana, "/api/notices/", band="strong") == [turkish.key]
    assert ids(ana, "/api/notices/", listing="no_longer_listed") == [gone.key]
    assert ids(ana, "/api/notices/", since="2026-11-20") == [turkish.key]
    assert ids(ana, "/api/notices/", nationality="RU", state="waiting") == [gone.key]
    assert ids(ana, "/api/notices/", state="flagged") == []


def test_pages_stay_where_they_are_when_rows_come_in(ana):
    keys = [make_notice().key for _ in range(7)][::-1]
    first = ana.get("/api/notices/", {"limit": 3, "country": "RU"}).json()
    make_notice()
    second = ana.get(first["next"]).json()
    third = ana.get(second["next"]).json()
    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert seen == keys
    assert third["next"] is None
    assert "country=RU" in first["next"]
    assert re.search(r"after=2026-\d+", first["next"])


def test_a_place_in_the_list_cannot_be_a_row_that_is_hidden(dina):
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    answers = [
        dina.get("/api/notices/", {"after": key}) for key in (hidden.key, "no-such-key")
    ]
    assert answers[0].status_code == answers[1].status_code == 400
    assert answers[0].content == answers[1].content


def test_people_are_found_by_a_name_in_another_script(ana):
    wanted = make_notice().person
    PersonName.objects.create(
        person=wanted,
        family_name="Вальтеску",
        script="Cyrl",
        kind=NameKind.ORIGINAL,
        source=NameSource.FEED,
    )
    make_notice(family_name="NOROUZAZIN", forename="Samira")
    assert ids(ana, "/api/people/", name="Вальтеску") == [wanted.key]
    assert ids(ana, "/api/people/", name="valtesko miron") == [wanted.key]
    assert ids(ana, "/api/people/", name="nobody") == []


def test_people_without_a_visible_notice_do_not_exist(ana):
    make_person("ALONE", "Person")
    assert ids(ana, "/api/people/") == []


def test_countries_come_by_code_and_page_by_id(ana):
    first = ana.get("/api/countries/", {"limit": 3}).json()
    assert [row["code"] for row in first["results"]] == sorted(
        row["code"] for row in first["results"]
    )
    russia = make_country("RU")
    after = ids(ana, "/api/countries/", after="RO", limit=2)
    assert russia.slug in after


@pytest.mark.parametrize("address", LISTS)
def test_a_hundred_rows_cost_as_many_queries_as_two(
    ana, address, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(2):
        make_notice()
    ana.get(address)
    with django_assert_max_num_queries(4) as few:
        ana.get(address)
    for _ in range(30):
        make_notice()
    with django_assert_num_queries(len(few)):
        ana.get(address)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", ""])
def test_the_answer_is_json_whatever_the_client_likes(ana, accept):
    response = ana.get("/api/notices/", headers={"accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


def test_answers_are_kept_out_of_caches(ana):
    assert "no-store" in ana.get("/api/notices/")["Cache-Control"]

"""One notice, one person, one country over the API, and the schema they keep to."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from accounts.choices import Role
from notices.choices import (
    Band,
    ChangeKind,
    Confidentiality,
    FactKind,
    Level,
    NameKind,
    NameSource,
)
from notices.models import (
    Charge,
    Finding,
    NationalBureau,
    NoticeChange,
    PersonFact,
    PersonName,
    Screening,
)
from tests.factories import (
    NOON,
    make_case,
    make_country,
    make_feed,
    make_notice,
    make_user,
)

pytestmark = pytest.mark.django_db


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


@pytest.fixture
def notice():
    """A notice of which everything is known, marks that nobody should get included."""
    notice = make_notice(
        feed=make_feed(),
        birth_country="RU",
        birth_place="Казань",
        height_m="1.78",
        weight_kg="70.5",
        eye_colours=["BRO"],
        languages=["RUS"],
        distinguishing_marks="SCARWORD on the left arm",
        breach_band=Band.SOME,
        article_band=Band.STRONG,
        evidence_band=Band.SOME,
        offence_classes=["speech"],
    )
    Charge.objects.update(translation="Posts", translator="Ana Lindqvist")
    for field in ("birth_place", "distinguishing_marks"):
        NoticeChange.objects.create(
            notice=notice,
            kind=ChangeKind.CHANGED,
            at=NOON,
            field=field,
            before="SCARWORD" if "marks" in field else None,
            after="SCARWORD too" if "marks" in field else "Казань",
            consumed_at=NOON,
        )
    screening = Screening.objects.create(
        notice=notice,
        rules_version="2026.1",
        made_at=NOON,
        input_hash="0" * 64,
        unknown=["Asylum: not looked up"],
        breach_band=Band.SOME,
        article_band=Band.STRONG,
        evidence_band=Band.SOME,
        concern=0.8125,
    )
    for indicator, is_counter, field in [
        ("I05", False, "charges"),
        ("C04", True, "charges"),
        ("I60", False, "distinguishing_marks"),
    ]:
        Finding.objects.create(
            screening=screening,
            indicator=indicator,
            is_counter=is_counter,
            articles=["Article 3"],
            strength=2,
            level=Level.ALLEGED,
            quote="SCARWORD" if "marks" in field else "posts on a channel",
            field=field,
            reason="The charge quotes speech.",
        )
    PersonName.objects.create(
        person=notice.person,
        family_name="COLLEAGUENAME",
        script="Latn",
        kind=NameKind.ALIAS,
        source=NameSource.PERSON,
    )
    writer = make_user("Carla Ruiz", Role.LAWYER)
    for value, withdrawn in [("journalist", None), ("WITHDRAWNFACT", NOON)]:
        PersonFact.objects.create(
            person=notice.person,
            kind=FactKind.PROFESSION,
            value=value,
            country_id="AT",
            happened_on="2023-05",
            level=Level.AUTHORITY,
            source="Decision of the asylum office",
            recorded_by=writer,
            recorded_at=NOON,
            withdrawn_at=withdrawn,
        )
    make_case(lead=writer, notice=notice, code="SECRETBIRD-9", level="walled")
    return notice


def get(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_notice_says_everything_to_those_who_read_findings(ana, notice):
    said = get(ana, f"/api/notices/{notice.key}/")
    assert said["height_m"] == 1.78
    assert said["birth_country"] == {"code": "RU", "name": "Russia"}
    assert said["warrants"] == [
        {
            "issuer": {"code": "RU", "name": "Russia"},
            "charges": [
                {
                    "text": "Incitement to hatred in posts on a channel",
                    "language": "en",
                    "translation": "Posts",
                    "translator": "Ana Lindqvist",
                }
            ],
        }
    ]
    assert [f["indicator"] for f in said["findings"]["for"]] == ["I05"]
    assert [f["indicator"] for f in said["findings"]["against"]] == ["C04"]
    assert said["findings"]["unknown"] == ["Asylum: not looked up"]
    assert {c["kind"] for c in said["changes"]} == {"new", "changed"}
    assert said["source"]["feed"] == "Interpol"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LAWYER, Role.ADVOCACY])
def test_health_data_scores_and_walled_files_are_for_nobody_here(role, notice):
    client = browser(role)
    for address in (
        f"/api/notices/{notice.key}/",
        f"/api/people/{notice.person.key}/",
        "/api/notices/",
    ):
        text = client.get(address).content.decode()
        for word in ("SCARWORD", "0.8125", "SECRETBIRD", "WITHDRAWNFACT"):
            assert word not in text


def test_a_reader_gets_neither_findings_nor_facts_nor_what_colleagues_entered(
    dina, notice
):
    said = get(dina, f"/api/notices/{notice.key}/")
    for field in ("findings", "screening", "review", "origin", "offence_classes"):
        assert field not in said
    person = get(dina, f"/api/people/{notice.person.key}/")
    assert "facts" not in person
    assert "COLLEAGUENAME" not in str(person)
    assert "screening" not in person["notices"][0]


def test_a_person_comes_with_names_notices_and_facts(ana, notice):
    said = get(ana, f"/api/people/{notice.person.key}/")
    assert [name["family_name"] for name in said["names"]] == [
        "VALTESKU",
        "COLLEAGUENAME",
    ]
    assert [row["id"] for row in said["notices"]] == [notice.key]
    [fact] = said["facts"]
    assert fact["value"] == "journalist"
    assert fact["happened_on"] == "2023-05"
    assert fact["country"]["name"] == "Austria"


def test_a_country_comes_with_its_bureau_and_where_its_notices_are(ana, notice):
    NationalBureau.objects.create(country=make_country("RU"), city="Moscow")
    said = get(ana, "/api/countries/RU/")
    assert said["bureau"] == {"city": "Moscow", "ministry": None, "source": None}
    assert [row["id"] for row in get(ana, said["notices"])["results"]] == [notice.key]
    assert get(ana, "/api/countries/FR/")["bureau"] is None


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADVOCACY])
def test_hidden_and_absent_are_one_answer(role):
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    client = browser(role)
    for found, missing in [
        (f"/api/notices/{hidden.key}/", "/api/notices/2020-1/"),
        (f"/api/people/{hidden.person.key}/", "/api/people/bcdfghjkmnpq/"),
        ("/api/countries/Atlantis/", "/api/nowhere/at/all"),
    ]:
        answers = [client.get(found), client.get(missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert b"nothing for you" in answers[0].content


def test_a_public_id_is_found_in_its_address_form_only(ana):
    notice = make_notice(reference="2026/45678")
    assert get(ana, "/api/notices/2026-45678/")["id"] == notice.key
    assert ana.get(f"/api/notices/{notice.pk}/").status_code == 404


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADVOCACY])
def test_every_answer_keeps_to_the_schema(role, notice):
    client = browser(role)
    make_notice(
        family_name=None,
        forename="Solo",
        reference=None,
        birth_date=None,
        sex=None,
        nationalities=None,
        review=False,
    )
    schema = SchemaGenerator().get_schema(public=True)
    addresses = {
        "/api/notices/": "NoticePage",
        "/api/people/": "PersonPage",
        "/api/countries/": "CountryPage",
        f"/api/notices/{notice.key}/": "NoticeDetail",
        f"/api/people/{notice.person.key}/": "PersonDetail",
        "/api/countries/RU/": "CountryDetail",
        "/api/notices/?limit=no": "Errors",
        "/api/notices/none/": "Errors",
    }
    for address, shape in addresses.items():
        validator = Draft202012Validator(
            {
                "$ref": f"#/components/schemas/{shape}",
                "components": schema["components"],
            }
        )
        answer = client.get(address).json()
        assert not list(validator.iter_errors(answer)), address
        described = schema["components"]["schemas"][shape]["properties"]
        assert set(answer) <= set(described)
        if "results" in answer:
            row = shape.replace("Page", "Row")
            known = set(schema["components"]["schemas"][row]["properties"])
            assert all(set(one) <= known for one in answer["results"])


def test_the_schema_is_made_without_a_warning_and_is_valid():
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=StringIO())


def test_the_schema_and_the_help_are_for_those_who_are_signed_in(client, dina):
    assert client.get("/api/schema/").status_code == 401
    assert client.get("/api/docs/").status_code == 302
    assert b"openapi: 3.1.0" in dina.get("/api/schema/").content


def test_the_help_page_names_every_resource_filter_and_error(dina):
    page = dina.get("/api/docs/").content.decode()
    schema = SchemaGenerator().get_schema(public=True)
    for path, methods in schema["paths"].items():
        assert f"GET {path}" in page
        for parameter in methods["get"]["parameters"]:
            assert f">{parameter['name']}</code>" in page
    for text in ("2026-90412", "401", "405", "500", "There is no such filter."):
        assert text in page
    assert "<script>" not in page
    assert "//" not in page.replace("https://tracker.example.org", "").split("<main")[1]

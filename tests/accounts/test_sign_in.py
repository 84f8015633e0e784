"""Signing in and out, the closed door for strangers, one's own account."""

import random

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import AuditEntry
from tests.factories import PASSWORD, make_user

WRONG = "The e-mail address and the password do not fit together."


def _client() -> Client:
    """A browser at an address of its own: tries are counted by address."""
    return Client(REMOTE_ADDR=".".join(str(random.randint(1, 254)) for _ in "1234"))  # noqa: S311


def _sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(
        "/account/login/", {"login": email, "password": password, **more}
    )


@pytest.fixture
def ana(db):
    return make_user("Ana Lindqvist", Role.ANALYST, email="ana@example.org")


def test_ana_signs_in_with_her_address_in_any_case_and_signs_out(ana):
    client = _client()
    answer = _sign_in(client, "ANA@Example.org", next="/account/settings/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/settings/"
    assert "Ana Lindqvist" in client.get("/account/settings/").content.decode()

    assert client.get("/account/logout/").status_code == 200
    assert client.get("/account/settings/").status_code == 200, (
        "reading signs nobody out"
    )
    client.post("/account/logout/")
    answer = client.get("/account/settings/")
    assert answer["Location"] == "/account/login/?next=/account/settings/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(ana):
    known = _sign_in(_client(), "ana@example.org", "not her password at all")
    unknown = _sign_in(_client(), "nobody@example.org", "not her password at all")
    assert WRONG in known.content.decode()
    assert WRONG in unknown.content.decode()
    assert known.status_code == unknown.status_code
    assert "_auth_user_id" not in _client().session


def test_an_account_that_is_switched_off_opens_nothing(ana):
    ana.is_active = False
    ana.save()
    client = _client()
    _sign_in(client, "ana@example.org")
    assert client.get("/account/settings/").status_code == 302


def test_signing_in_leads_to_no_other_site(ana):
    answer = _sign_in(_client(), "ana@example.org", next="https://evil.example/")
    assert "evil" not in answer["Location"]


def test_nobody_opens_an_account_alone(db):
    page = _client().get("/account/signup/").content.decode()
    assert "Accounts are by invitation" in page
    answer = _client().post(
        "/account/signup/", {"email": "new@example.org", "password1": PASSWORD}
    )
    assert "Accounts are by invitation" in answer.content.decode()


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "social/", "login/code/"])
def test_ways_in_that_nobody_needs_are_absent(db, path):
    assert _client().get(f"/account/{path}").status_code == 404


def test_ana_changes_her_password_and_signs_in_again(ana, own_broker):
    client = _client()
    _sign_in(client, "ana@example.org")
    elsewhere = _client()
    _sign_in(elsewhere, "ana@example.org")
    fields = {"oldpassword": PASSWORD, "password1": "plum", "password2": "plum"}
    refused = client.post("/account/password/change/", fields)
    assert "There is a problem" in refused.content.decode()

    new = "seven plums beside a bicycle"
    fields |= {"password1": new, "password2": new}
    assert client.post("/account/password/change/", fields).status_code == 302
    assert client.get("/account/settings/").status_code == 302
    assert elsewhere.get("/account/settings/").status_code == 302
    _sign_in(client, "ana@example.org", new)
    assert client.get("/account/settings/").status_code == 200


def test_ana_sets_her_name_zone_and_colours(ana):
    client = _client()
    client.force_login(ana)
    answer = client.post(
        "/account/settings/",
        {"name": "Ana L.", "time_zone": "Europe/Vienna", "theme": "dark", "keys": ""},
    )
    assert answer["Location"] == "/account/settings/"
    ana.refresh_from_db()
    assert (ana.name, ana.time_zone, ana.theme) == ("Ana L.", "Europe/Vienna", "dark")
    page = client.get("/account/settings/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    assert "Saved." in page
    assert AuditEntry.objects.filter(words__contains="Ana L.").count() == 1


def test_a_forged_role_in_the_form_changes_nothing(ana):
    client = _client()
    client.force_login(ana)
    form = {"name": "Ana", "time_zone": "UTC", "theme": "light"}
    client.post(
        "/account/settings/",
        form | {"role": Role.ADMINISTRATOR, "email": "x@example.org"},
    )
    ana.refresh_from_db()
    assert (ana.role, ana.email) == (Role.ANALYST, "ana@example.org")


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("theme", "pink"), ("name", ""), ("name", "x" * 121)],
)
def test_a_nonsense_account_is_refused_at_the_field(ana, field, value):
    client = _client()
    client.force_login(ana)
    form = {"name": "Ana", "time_zone": "UTC", "theme": "light", field: value}
    answer = client.post("/account/settings/", form)
    assert answer.status_code == 400
    assert f'href="#id_{field}' in answer.content.decode()
    ana.refresh_from_db()
    assert ana.name == "Ana Lindqvist"


def test_the_theme_switch_goes_back_to_its_page_and_stays(ana):
    client = _client()
    client.force_login(ana)
    answer = client.post(
        "/account/theme/", {"theme": "dark", "next": "/design/?part=all"}
    )
    assert answer["Location"] == "/design/?part=all"
    assert 'data-theme="dark"' in client.get("/design/").content.decode()
    client.post("/account/logout/")
    assert 'data-theme="dark"' in client.get("/account/login/").content.decode()


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""],
)
def test_the_theme_switch_leads_to_no_other_site(ana, back):
    client = _client()
    client.force_login(ana)
    answer = client.post("/account/theme/", {"theme": "light", "next": back})
    assert answer["Location"] == "/account/settings/"


def test_a_theme_that_does_not_exist_changes_nothing(ana):
    client = _client()
    client.force_login(ana)
    client.post("/account/theme/", {"theme": '"><script>', "next": "/design/"})
    page = client.get("/design/").content.decode()
    assert "data-theme" not in page.split("<head>")[0]


def test_the_design_page_is_for_people_inside(db, settings):
    settings.DEMO = settings.DEBUG = False
    assert _client().get("/design/")["Location"].startswith("/account/login/")
    settings.DEMO = True
    page = _client().get("/design/").content.decode()
    assert "all people here are invented" in page

"""Nobody gets further than to a second factor without having used one."""

import pytest
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from config.access import RULES, routes
from tests.factories import make_user
from tests.proofs import code_from, prove

FREE = {
    "account_logout",
    "account_reauthenticate",
    "account-theme",
    "factor-app",
    "factor-passkey-add",
    "factors",
    "healthz",
    "readyz",
    "recovery-codes",
}


@pytest.fixture(autouse=True)
def compulsory(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("role", Role.values)
def test_no_page_without_a_factor(db, client, role):
    client.force_login(make_user("Rea Der", role))
    seen = 0
    for route in routes():
        if "<" in route.address or route.name in FREE:
            continue
        for method in RULES[route.name].methods:
            ask = client.post if method == "POST" else client.get
            answer = ask(route.address, HTTP_ACCEPT="text/html")
            assert answer.status_code == 302, route.address
            assert answer["Location"] == "/account/second-factors/", route.address
            seen += 1
    assert seen > 40


def test_pages_of_things_stay_closed_too(client, ana):
    client.force_login(ana)
    for path in (
        "/cases/KESTREL-7/",
        "/notices/bcdfghjkmnpq/",
        "/people/bcdfghjkmnpq/",
    ):
        assert client.get(path)["Location"] == "/account/second-factors/"


def test_a_program_and_a_part_of_a_page_get_their_own_answers(client, ana):
    client.force_login(ana)
    assert (
        client.get("/api/notices/", HTTP_ACCEPT="application/json").status_code == 403
    )
    part = client.get("/inbox/", HTTP_HX_REQUEST="true")
    assert (part.status_code, part.content) == (204, b"")
    assert part["HX-Redirect"] == "/account/second-factors/"


def test_ana_enrols_and_goes_on(as_user, ana, own_broker):
    client = as_user(ana)
    page = client.get("/", follow=True).content.decode()
    assert "One more step before you go on" in page
    page = client.get("/account/second-factors/app/").content.decode()
    secret = page.split("data-secret>")[1].split("<")[0]
    client.post("/account/second-factors/app/", {"code": code_from(secret)})
    assert client.get(reverse("account-settings")).status_code == 200


def test_a_session_from_before_the_factor_was_made_still_needs_it(as_user, ana):
    client = as_user(ana, factor=True)
    assert client.get("/account/settings/").status_code == 200
    client = as_user(User.objects.get(pk=ana.pk))
    assert client.get("/account/settings/").status_code == 302


def test_the_only_factor_cannot_be_removed(as_user, ana):
    client = as_user(ana, factor=True)
    app = ana.authenticator_set.get(type="totp")
    answer = client.post(f"/account/second-factors/{app.pk}/remove/", follow=True)
    assert "Add another one first" in answer.content.decode()
    assert ana.authenticator_set.filter(pk=app.pk).exists()


def test_people_who_are_not_signed_in_still_get_to_the_door(db, client):
    assert client.get("/account/login/").status_code == 200
    assert client.get("/inbox/")["Location"].startswith("/account/login/")


def test_no_second_factor_is_asked_for_where_it_is_switched_off(client, ana, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(ana)
    prove(client, ana, "password")
    assert client.get("/account/settings/").status_code == 200

"""Programs at the API: what a token opens, and the one answer if it opens nothing."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role, Scope
from accounts.models import ApiToken, AuditEntry, BrowserSession
from accounts.tokens import authentication
from notices.choices import Confidentiality
from tests.factories import make_notice, make_token, make_user

pytestmark = pytest.mark.django_db
SECRET = "rnt_an-invented-secret"
LISTS = {
    "/api/notices/": "notices:read",
    "/api/people/": "people:read",
    "/api/countries/": "countries:read",
}


def ask(address="/api/notices/", secret=SECRET, scheme="Bearer"):
    return Client().get(address, headers={"Authorization": f"{scheme} {secret}"})


@pytest.mark.parametrize(("address", "scope"), LISTS.items())
def test_a_scope_opens_its_addresses_and_no_others(ana, address, scope):
    notice = make_notice()
    make_token(ana, secret=SECRET, scopes=(scope,))
    assert ask(address).status_code == 200
    for other, needed in LISTS.items():
        if other != address:
            refused = ask(other)
            assert refused.status_code == 403
            assert needed in refused.json()["errors"][0]["reason"]
    detail = {
        "/api/notices/": f"/api/notices/{notice.key}/",
        "/api/people/": f"/api/people/{notice.person.key}/",
        "/api/countries/": "/api/countries/RU/",
    }
    assert ask(detail.pop(address)).status_code == 200
    assert [ask(one).status_code for one in detail.values()] == [403, 403]


def test_a_token_shows_what_its_owner_sees_and_nothing_more(ana, dina):
    public = make_notice()
    closed = make_notice(
        family_name="NOROUZAZIN", confidentiality=Confidentiality.RESTRICTED
    )
    closed.grants.create(user=ana)
    make_token(ana, secret="rnt_of-ana")
    make_token(dina, secret="rnt_of-dina")
    seen = {
        secret: {row["id"] for row in ask(secret=secret).json()["results"]}
        for secret in ("rnt_of-ana", "rnt_of-dina")
    }
    assert seen["rnt_of-ana"] == {public.key, closed.key}
    assert seen["rnt_of-dina"] == {public.key}
    hidden = ask(f"/api/notices/{closed.key}/", "rnt_of-dina")
    missing = ask("/api/notices/bcdfghjkmnpq/", "rnt_of-dina")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert "screening" not in ask(secret="rnt_of-dina").json()["results"][0]


def test_rights_are_those_of_the_owner_at_each_request(ana):
    make_token(ana, secret=SECRET)
    assert ask().status_code == 200
    ana.role = Role.ADVOCACY
    ana.save()
    make_notice()
    assert "screening" not in ask().json()["results"][0]
    ana.role = Role.ADMINISTRATOR
    ana.save()
    assert ask().status_code == 403


def test_what_opens_nothing_gets_one_answer(ana, ben, carla, fay):
    now = timezone.now()
    make_token(ana, secret="rnt_good")
    make_token(
        ana,
        secret="rnt_expired",
        created_at=now - timedelta(days=31),
        expires_at=now - timedelta(seconds=1),
    )
    make_token(ben, secret="rnt_revoked", revoked_at=now)
    make_token(carla, secret="rnt_of-a-leaver")
    carla.is_active = False
    carla.save()
    make_token(fay, secret="rnt_of-an-auditor")
    answers = [
        ask(secret=secret)
        for secret in (
            "rnt_unknown",
            "rnt_expired",
            "rnt_revoked",
            "rnt_of-a-leaver",
            "rnt_of-an-auditor",
            "",
            "two words",
            "rnt_good and more",
            "\x00",
            "ü" * 2000,
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["WWW-Authenticate"] for answer in answers} == {
        'Bearer realm="tracker"'
    }
    assert ask(secret="rnt_good").status_code == 200
    assert ask(secret="rnt_good", scheme="bearer").status_code == 200
    assert ask(secret="rnt_good", scheme="Basic").status_code == 401


def test_a_bad_token_is_not_saved_by_a_session(ana, as_user):
    client = as_user(ana)
    assert client.get("/api/notices/").status_code == 200
    answer = client.get("/api/notices/", headers={"Authorization": "Bearer rnt_bad"})
    assert answer.status_code == 401


def test_a_program_is_not_asked_for_a_second_factor(ana, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    make_token(ana, secret=SECRET)
    assert ask().status_code == 200
    # Whoever comes with a browser is.
    browser = Client()
    browser.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/notices/").status_code != 200


def test_a_token_costs_one_query_and_leaves_no_session(
    ana, as_user, django_assert_num_queries
):
    make_token(ana, secret=SECRET, last_used_at=timezone.now())
    address = "/api/countries/"
    browser = as_user(ana)
    browser.get(address)
    # A browser costs two before the list: its session and its user.
    with django_assert_num_queries(1 + 1):
        assert ask(address).status_code == 200
    sessions = BrowserSession.objects.count()
    answer = ask(address)
    assert not answer.cookies
    assert BrowserSession.objects.count() == sessions


def test_use_is_written_once_a_minute_and_recorded_once_a_day(ana, monkeypatch):
    token = make_token(ana, secret=SECRET)
    start = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)

    def used_at(moment):
        monkeypatch.setattr(authentication.timezone, "now", lambda: moment)
        assert ask().status_code == 200
        token.refresh_from_db()
        return (
            token.last_used_at,
            AuditEntry.objects.filter(action="token.used").count(),
        )

    assert used_at(start) == (start, 1)
    assert used_at(start + timedelta(seconds=59)) == (start, 1)
    later = start + timedelta(seconds=60)
    assert used_at(later) == (later, 1)
    tomorrow = start + timedelta(days=1)
    assert used_at(tomorrow) == (tomorrow, 2)


def test_no_line_of_the_log_holds_a_token(ana, caplog):
    caplog.set_level(logging.DEBUG)
    make_token(ana, secret=SECRET, scopes=(Scope.COUNTRIES,))
    assert [ask(one).status_code for one in ("/api/countries/", "/api/notices/")] == [
        200,
        403,
    ]
    ask(secret="rnt_wrong-secret")
    assert caplog.records
    assert SECRET not in caplog.text
    assert "rnt_wrong" not in caplog.text
    entries = AuditEntry.objects.values_list("facts", "words")
    assert not [one for one in entries if SECRET in str(one)]


def test_a_token_changes_nothing_and_opens_no_page(ana):
    make_token(ana, secret=SECRET)
    header = {"Authorization": f"Bearer {SECRET}"}
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(Client(), method)("/api/notices/", headers=header)
        assert answer.status_code == 405
    for name in ("today", "case-list", "token-list", "administration"):
        answer = Client().get(reverse(name), headers=header)
        assert answer.status_code == 302
    assert Client().get("/api/schema/", headers=header).status_code == 200


def test_a_revoked_token_stops_at_once(ana, as_user):
    token = make_token(ana, secret=SECRET)
    assert ask().status_code == 200
    as_user(ana).post(reverse("token-revoke", args=[token.pk]))
    assert ask().status_code == 401
    assert ApiToken.objects.get().revoked_at is not None


def test_the_schema_names_tokens_and_the_scope_of_each_address(ana, as_user):
    schema = as_user(ana).get("/api/schema/?format=json").json()
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for address, scope in LISTS.items():
        assert {"token": [scope]} in schema["paths"][address]["get"]["security"]
    page = as_user(ana).get(reverse("api-docs")).text
    for scope in LISTS.values():
        assert scope in page


def test_a_role_that_reads_no_notices_gets_none_by_token(emil):
    make_notice()
    make_token(make_user("Eva", Role.ADMINISTRATOR), secret=SECRET)
    assert ask().status_code == 403

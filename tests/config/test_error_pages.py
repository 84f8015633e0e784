"""What people read when something goes wrong, and what they never read there."""

import pytest
from django.test import Client

from accounts.choices import Role
from tests.config.broken_urls import SECRET
from tests.factories import make_user

pytestmark = pytest.mark.urls("tests.config.broken_urls")


@pytest.fixture
def ana(db):
    client = Client()
    client.force_login(make_user("Ana Lindqvist", Role.ANALYST))
    return client


def _quiet() -> Client:
    return Client(raise_request_exception=False)


def test_a_broken_page_uses_no_database_and_gives_a_reference(caplog):
    answer = _quiet().get("/broken/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke" in page
    assert SECRET not in page
    reference = page.split('class="mono">')[1].split("<")[0]
    assert reference in caplog.text


@pytest.mark.parametrize("path", ["/away/", "/no-broker/"])
def test_a_missing_database_or_broker_says_come_back(path):
    answer = _quiet().get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "Back in a moment" in answer.content.decode()
    assert SECRET not in answer.content.decode()


def test_nonsense_is_answered_without_repeating_it():
    answer = _quiet().get("/nonsense/")
    assert answer.status_code == 400
    assert "makes no sense" in answer.content.decode()
    assert SECRET not in answer.content.decode()


def test_a_missing_right_is_named_with_who_holds_and_who_grants_it(ana):
    make_user("Emil Egger", Role.ADMINISTRATOR)
    make_user("Otto Gone", Role.ADMINISTRATOR, is_active=False)
    answer = ana.get("/signing/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "sign or return a colleague&#39;s proposal" in page
    assert "Reviewer" in page
    assert "Emil Egger" in page
    assert "Otto Gone" not in page


def test_a_refusal_says_its_own_reason(ana):
    answer = ana.get("/refused/")
    assert answer.status_code == 403
    assert "Only the lead of a file gives access to it." in answer.content.decode()


def test_a_stranger_learns_no_names_from_a_refusal(db):
    make_user("Emil Egger", Role.ADMINISTRATOR)
    answer = Client().get("/signing/")
    assert answer.status_code == 403
    assert "Emil" not in answer.content.decode()


def test_nothing_here_speaks_of_both_reasons(ana):
    answer = ana.get("/no/such/page/")
    assert answer.status_code == 404
    assert "or it is not open to you" in answer.content.decode()
    assert "no/such/page" not in answer.content.decode().split("<main")[1]


def test_a_form_without_its_token_says_that_nothing_was_saved(db):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "ana@example.org"})
    assert answer.status_code == 403
    assert "nothing was saved" in answer.content.decode()

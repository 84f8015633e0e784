"""Who came in, who tried to, who left: in the log, with no word of what was typed."""

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import AuditEntry
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist", Role.ANALYST)


def entries():
    return list(
        AuditEntry.objects.order_by("seq").values_list(
            "action", "actor_id_text", "object_id"
        )
    )


def sign_in(browser, email, password):
    return browser.post(
        "/account/login/",
        {"login": email, "password": password, "next": "/account/settings/"},
    )


def test_signing_in_and_out_through_the_pages(client, ana):
    sign_in(client, ana.email, PASSWORD)
    client.post("/account/logout/")
    me = str(ana.pk)
    assert entries() == [
        ("account.signed_in", me, me),
        ("account.signed_out", me, me),
    ]


def test_a_wrong_password_is_logged_against_the_account_by_nobody(client, ana):
    sign_in(client, ana.email.upper(), "not the pass phrase")
    assert entries() == [("account.sign_in_failed", "", str(ana.pk))]


def test_what_was_typed_for_an_unknown_account_is_not_kept(client):
    sign_in(client, "my-secret-word@example.org", "not the pass phrase")
    assert entries() == [("account.sign_in_failed", "", "")]
    entry = AuditEntry.objects.get()
    assert "my-secret-word" not in entry.words + entry.facts
    assert "not the pass phrase" not in entry.words + entry.facts


def test_changing_the_password_is_logged(client, ana):
    sign_in(client, ana.email, PASSWORD)
    client.post(
        "/account/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "another invented phrase",
            "password2": "another invented phrase",
        },
    )
    assert "account.password_changed" in [entry[0] for entry in entries()]
    assert Client().login(email=ana.email, password="another invented phrase")

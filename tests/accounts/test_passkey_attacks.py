"""What is not a passkey opens nothing, breaks nothing and locks nobody out."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import AuditEntry
from tests.factories import PASSWORD
from tests.proofs import give_app

LOGIN = "/account/passkey/"
SIGNED = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {
        "clientDataJSON": "e30",
        "authenticatorData": "AA" * 30,
        "signature": "AAAA",
        "userHandle": "MQ",
    },
}
CROOKED = [
    *("", "{", "{}", "[]", "[1]", "null", "7", '"text"', '{"id": {}}'),
    json.dumps(SIGNED),
    *(
        json.dumps({**SIGNED, "response": {**SIGNED["response"], "userHandle": handle}})
        for handle in (None, "", 7, "!!", "_____w", "Z" * 4000, ["MQ"])
    ),
    json.dumps({**SIGNED, "response": "x"}),
    json.dumps({**SIGNED, "response": {**SIGNED["response"], "clientDataJSON": "//"}}),
]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("credential", CROOKED)
def test_a_crooked_answer_signs_nobody_in(client, ana, credential):
    options = client.get(LOGIN, HTTP_ACCEPT="application/json").json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
    answer = client.post(LOGIN, {"credential": credential, "next": "//evil.example"})
    assert answer["Location"] == "/account/login/"
    page = client.get("/account/login/").content.decode()
    assert "This passkey opens no account here" in page
    assert client.get("/account/settings/").status_code == 302
    assert AuditEntry.objects.order_by("-seq")[0].action == "account.sign_in_failed"


@pytest.mark.parametrize("credential", CROOKED)
def test_nor_does_it_count_as_a_second_step_or_a_proof(
    client, ana, as_user, credential
):
    give_app(ana)
    # A passkey of the right kind whose key nobody here holds.
    client.post("/account/login/", {"login": ana.email, "password": PASSWORD})
    answer = client.post("/account/second-step/", {"credential": credential})
    assert answer.status_code == 400
    assert client.get("/account/settings/").status_code == 302
    stale = as_user(ana, stale=True)
    answer = stale.post("/account/reauthenticate/", {"credential": credential})
    assert answer.status_code == 400


def test_any_number_of_them_shuts_nobody_out(client, ana):
    for _ in range(40):
        client.post(LOGIN, {"credential": "{}"})
    assert client.get(LOGIN, HTTP_ACCEPT="application/json").status_code == 200
    client.post("/account/login/", {"login": ana.email, "password": PASSWORD})
    assert client.get("/account/settings/").status_code == 200


@pytest.mark.parametrize("credential", CROOKED)
def test_a_crooked_answer_adds_no_passkey(as_user, ana, credential):
    client = as_user(ana)
    client.get("/account/second-factors/passkey/")
    answer = client.post(
        "/account/second-factors/passkey/", {"name": "x", "credential": credential}
    )
    assert answer.status_code == 400
    assert not Authenticator.objects.filter(user=ana).exists()


def test_a_passkey_is_asked_for_the_name_of_this_site_only(as_user, ana):
    client: Client = as_user(ana)
    page = client.get("/account/second-factors/passkey/").content.decode()
    assert "&#34;id&#34;: &#34;testserver&#34;" in page
    assert "&#34;residentKey&#34;: &#34;required&#34;" in page
    assert "&#34;userVerification&#34;: &#34;required&#34;" in page

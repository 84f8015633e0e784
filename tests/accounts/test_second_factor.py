"""Codes at the door: enrolling an app, signing in with it, recovery codes."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.choices import Role
from accounts.models import AuditEntry, BrowserSession, User
from accounts.sealing import CannotOpen, seal, unseal
from accounts.signing_in.codes import use_code
from tests.factories import PASSWORD, make_token, make_user
from tests.proofs import code_from, code_of, give_app, wrong_code


def _client() -> Client:
    return Client(REMOTE_ADDR=".".join(str(random.randint(1, 254)) for _ in "1234"))  # noqa: S311


def _person(name: str = "Ana Lindqvist") -> User:
    return make_user(name, Role.ANALYST, email=f"{uuid4().hex}@example.org")


@pytest.fixture
def ana(db: None) -> User:
    return _person()


def _password(client: Client, user: User, password: str = PASSWORD):
    return client.post("/account/login/", {"login": user.email, "password": password})


def _code(client: Client, code: str):
    return client.post("/account/second-step/", {"code": code})


def _is_in(client: Client) -> bool:
    return client.get("/account/settings/").status_code == 200


def _said() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_ana_adds_an_app_sees_her_codes_once_and_signs_in_with_both(ana, own_broker):
    client, token = _client(), make_token(ana)
    _password(client, ana)
    page = client.get("/account/second-factors/app/").content.decode()
    assert "<svg" in page
    secret = re.search(r"data-secret>([A-Z2-7 ]+)<", page)[1]
    refused = client.post("/account/second-factors/app/", {"code": "12345"})
    assert refused.status_code == 400
    assert secret in refused.content.decode(), "the same picture, so that it can work"

    done = client.post("/account/second-factors/app/", {"code": code_from(secret)})
    codes = re.findall(r"<code>(\d{5} \d{5})</code>", done.content.decode())
    assert len(codes) == 10
    assert codes[0] not in client.get("/account/second-factors/").content.decode()
    assert _is_in(client), "her own session goes on"
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert _said()[-1] == "account.factor_added"

    other = _client()
    answer = _password(other, ana)
    assert answer["Location"] == "/account/second-step/"
    assert not _is_in(other)
    assert _code(other, code_from(secret, ahead=1)).status_code == 302
    assert _is_in(other)

    third = _client()
    _password(third, ana)
    assert _code(third, codes[3]).status_code == 302
    assert _is_in(third)
    assert "9 codes left" in third.get("/account/second-factors/").content.decode()
    again = _client()
    _password(again, ana)
    assert _code(again, codes[3]).status_code == 400, "each recovery code is good once"
    assert "account.recovery_code_used" in _said()


def test_no_secret_lies_open_in_the_database(ana):
    give_app(ana)
    app, codes = Authenticator.objects.filter(user=ana).order_by("type").reverse()
    for sealed in (app.data["secret"], codes.data["seed"]):
        assert sealed.startswith("gAAAA")
        assert unseal(sealed) not in str(app.data) + str(codes.data)


def test_a_secret_that_no_code_has_confirmed_lies_sealed_too(ana, as_user):
    client = as_user(ana)
    page = client.get("/account/second-factors/app/").text
    shown = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
    assert shown is not None
    secret = shown[0].replace(" ", "")
    told = BrowserSession.objects.get(user=ana).get_decoded()
    assert secret not in str(told)
    sealed = [one for one in told.values() if str(one).startswith("gAAAA")]
    assert [unseal(one) for one in sealed] == [secret]
    address = "/account/second-factors/app/"
    assert shown[0] in client.post(address, {"code": "000000"}).text
    assert client.post(address, {"code": code_from(secret)}).status_code == 200
    assert Authenticator.objects.filter(user=ana, type="totp").exists()


def test_a_new_key_opens_what_the_old_one_sealed_and_no_other_key_does(settings):
    old = settings.FIELD_KEYS
    sealed = seal("KRZXG5A")
    settings.FIELD_KEYS = ["another invented key of forty letters!!!", *old]
    assert unseal(sealed) == "KRZXG5A"
    fresh = seal("KRZXG5A")
    settings.FIELD_KEYS = old
    with pytest.raises(CannotOpen):
        unseal(fresh)


def test_the_secrets_are_sealed_anew_and_the_old_key_can_go(ana, settings, capsys):
    give_app(ana)
    old, new = settings.FIELD_KEYS, ["another invented key of forty letters!!!"]
    settings.FIELD_KEYS = new
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("reseal_secrets")
    settings.FIELD_KEYS = new + old
    call_command("reseal_secrets", "--json")
    assert capsys.readouterr().out == '{"sealed": 2}\n'
    settings.FIELD_KEYS = new
    assert use_code(user=ana, code=code_of(ana))


def test_a_code_is_good_once_even_in_the_next_half_minute(ana):
    give_app(ana)
    code = code_of(ana)
    assert use_code(user=ana, code=code)
    assert use_code(user=ana, code=code) is None
    earlier = code_of(ana, ahead=-1)
    assert use_code(user=ana, code=earlier) is None, "nor one from before it"


def test_a_code_of_somebody_else_or_no_number_at_all_opens_nothing(ana):
    ben = _person("Ben Okafor")
    give_app(ana)
    give_app(ben)
    for code in (code_of(ben), "１２３４５６", "\u202e123456", "x" * 40, "-1"):
        assert use_code(user=ana, code=code) is None


def test_five_wrong_codes_end_the_sign_in_and_not_the_account(ana, own_broker):
    give_app(ana)
    client = _client()
    _password(client, ana)
    for _ in range(4):
        assert _code(client, wrong_code(ana)).status_code == 400
    last = _code(client, wrong_code(ana))
    assert last["Location"] == "/account/login/"
    assert (
        "Your account is not locked" in client.get("/account/login/").content.decode()
    )
    assert _code(client, code_of(ana))["Location"] == "/account/login/"
    assert not _is_in(client)
    assert _said().count("account.factor_failed") == 5

    again = _client()
    _password(again, ana)
    assert _code(again, code_of(ana)).status_code == 302
    assert _is_in(again)


def test_a_password_alone_opens_no_page_of_somebody_with_a_factor(ana):
    give_app(ana)
    client = _client()
    _password(client, ana)
    for path in ("/", "/account/settings/", "/account/second-factors/", "/inbox/"):
        assert "/account/login/" in client.get(path)["Location"], path
    client.post("/account/second-step/", {"credential": "{}"})
    client.post("/account/second-step/", {"credential": "[1]"})
    client.post("/account/second-step/", {})
    assert not _is_in(client)


def test_a_new_password_by_mail_keeps_the_factor(ana, own_broker):
    give_app(ana)
    ana.set_password("seven plums beside a bicycle")
    ana.save()
    client = _client()
    answer = _password(client, ana, "seven plums beside a bicycle")
    assert answer["Location"] == "/account/second-step/"
    assert not _is_in(client)


def test_of_a_hundred_uses_of_one_code_at_once_one_succeeds(real_database):
    ana = _person()
    give_app(ana)
    code = code_of(ana)

    def attempt(_: int) -> bool:
        try:
            return use_code(user=ana, code=code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(100))) == 1


def test_of_a_hundred_guesses_at_once_five_are_looked_at(real_database, own_broker):
    ana = _person()
    give_app(ana)
    client = _client()
    _password(client, ana)
    wrong, cookies = wrong_code(ana), client.cookies

    def attempt(_: int) -> int:
        guesser = _client()
        guesser.cookies = cookies
        try:
            return _code(guesser, wrong).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(attempt, range(100)))
    assert 1 <= _said().count("account.factor_failed") <= 5
    assert not _is_in(client)

"""Guessing ends, and no stranger can shut anybody out by it."""

import random
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory

from accounts.choices import Role
from accounts.models import User
from accounts.signing_in.limits import network_of
from tests.factories import PASSWORD, make_user
from tests.proofs import code_of, give_app, wrong_code

TOO_MANY = "Too many tries from here"


def address() -> str:
    return ".".join(str(random.randint(1, 254)) for _ in "1234")  # noqa: S311


@pytest.fixture
def ana(db: None) -> User:
    return make_user("Ana Lindqvist", Role.ANALYST, email=f"{uuid4().hex}@example.org")


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(
        "/account/login/", {"login": email, "password": password}, **more
    )


def is_in(client: Client) -> bool:
    return client.get("/account/settings/").status_code == 200


def guess(email: str, times: int, *, at: str = "") -> list[str]:
    """Try wrong passwords from many addresses or one; return what was answered."""
    return [
        sign_in(
            Client(), email, f"wrong {n}", REMOTE_ADDR=at or address()
        ).content.decode()
        for n in range(times)
    ]


def test_stranger_cannot_lock_ana_out(ana):
    known = Client(REMOTE_ADDR=address())
    sign_in(known, ana.email)
    known.post("/account/logout/")
    answers = guess(ana.email, 25)
    assert sum(TOO_MANY in one for one in answers) == 15, "the guessing ends after ten"

    sign_in(known, ana.email)
    assert is_in(known), "her own browser is counted alone"
    stranger = Client(REMOTE_ADDR=address())
    answer = sign_in(stranger, ana.email)
    assert TOO_MANY in answer.content.decode(), "even the right password, for a while"
    assert not is_in(stranger)


def test_a_stranger_at_the_same_address_cannot_either(ana):
    office = address()
    known = Client(REMOTE_ADDR=office)
    sign_in(known, ana.email)
    known.post("/account/logout/")
    for n in range(30):
        guess(f"{uuid4().hex}-{n}@example.org", 1, at=office)
    assert TOO_MANY in guess(ana.email, 1, at=office)[0]
    sign_in(known, ana.email)
    assert is_in(known)


def test_a_known_browser_may_not_guess_for_ever(ana):
    known = Client(REMOTE_ADDR=address())
    sign_in(known, ana.email)
    known.post("/account/logout/")
    answers = [
        sign_in(known, ana.email, f"wrong {n}").content.decode() for n in range(12)
    ]
    assert sum(TOO_MANY in one for one in answers) == 2


def test_the_cookie_of_one_account_counts_for_no_other(ana):
    olga = make_user("Olga", Role.ANALYST, email=f"{uuid4().hex}@example.org")
    hers = Client(REMOTE_ADDR=address())
    sign_in(hers, olga.email)
    hers.post("/account/logout/")
    guess(ana.email, 10)
    assert TOO_MANY in sign_in(hers, ana.email, "wrong").content.decode()


def test_a_forged_cookie_counts_for_nothing_and_breaks_nothing(ana):
    guess(ana.email, 10)
    for forged in ("x", "e30:1:aa", "\xff\x01"):
        client = Client(REMOTE_ADDR=address())
        client.cookies["device"] = forged
        assert TOO_MANY in sign_in(client, ana.email).content.decode()


def test_the_cookie_names_nobody_and_is_out_of_reach_of_scripts(ana):
    client = Client(REMOTE_ADDR=address())
    sign_in(client, ana.email)
    cookie = client.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert ana.email not in cookie.value
    assert not is_in(_with(cookie.value)), "it opens nothing"


def _with(value: str) -> Client:
    client = Client()
    client.cookies["device"] = value
    return client


def test_right_passwords_are_not_counted(ana):
    office = address()
    for _ in range(30):
        client = Client(REMOTE_ADDR=office)
        sign_in(client, ana.email)
        assert is_in(client)


def test_an_unknown_address_is_counted_like_a_known_one(ana):
    known = guess(ana.email, 12)
    unknown = guess(f"{uuid4().hex}@example.org", 12)
    assert [TOO_MANY in one for one in known] == [TOO_MANY in one for one in unknown]


def test_who_knows_the_password_gets_ten_codes_an_hour_and_ana_gets_in(ana, own_broker):
    known = Client(REMOTE_ADDR=address())
    sign_in(known, ana.email)
    known.post("/account/logout/")
    give_app(ana)
    for _ in range(3):
        thief = Client(REMOTE_ADDR=address())
        sign_in(thief, ana.email)
        for _ in range(5):
            thief.post("/account/second-step/", {"code": wrong_code(ana)})
    thief = Client(REMOTE_ADDR=address())
    sign_in(thief, ana.email)
    thief.post("/account/second-step/", {"code": code_of(ana)})
    assert not is_in(thief), "even the right one, from a browser that is new"
    sign_in(known, ana.email)
    known.post("/account/second-step/", {"code": code_of(ana)})
    assert is_in(known)


def test_forged_ip_ignored(rf: RequestFactory, settings):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="1.2.3.4", REMOTE_ADDR="198.51.100.9")
    assert network_of(request) == "198.51.100.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.5")
    assert network_of(request) == "203.0.113.5", "what the proxy itself added"
    one = rf.get("/", REMOTE_ADDR="2001:db8:1:2:aaaa::1")
    other = rf.get("/", REMOTE_ADDR="2001:db8:1:2:bbbb::9")
    assert network_of(one) == network_of(other), "one household"

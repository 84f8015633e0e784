"""How long a session lasts, where one is signed in, and how each is ended."""

import random
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, BrowserSession
from accounts.models.session import stored_key
from accounts.signing_in.session_store import SessionStore
from accounts.signing_in.sessions import device_words
from accounts.signing_in.tasks import forget_ended_sessions
from tests.factories import PASSWORD
from tests.proofs import give_app

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
MINUTE, HOUR = 60, 3600


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(datetime.now(UTC))
    return time_machine


def browser(user, agent: str = FIREFOX) -> Client:
    address = ".".join(str(random.randint(1, 254)) for _ in "1234")  # noqa: S311
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/settings/").status_code == 200


def test_a_session_ends_after_an_hour_without_use(ana, clock):
    client = browser(ana)
    for _ in range(3):
        clock.shift(50 * MINUTE)
        assert is_in(client)
    clock.shift(61 * MINUTE)
    assert not is_in(client)


def test_ends_after_12h_however_much_it_is_used(ana, clock):
    client = browser(ana)
    for _ in range(14):
        clock.shift(50 * MINUTE)
        assert is_in(client)
    clock.shift(25 * MINUTE)
    assert not is_in(client), "12 hours and 5 minutes after it began"


def test_what_is_over_is_forgotten(ana, olga, clock):
    browser(ana)
    clock.shift(61 * MINUTE)
    hers = browser(olga)
    forget_ended_sessions()
    assert [row.user for row in BrowserSession.objects.all()] == [olga]
    assert is_in(hers)


def test_a_copied_cookie_lasts_no_longer(ana, clock):
    client = browser(ana)
    thief = Client()
    thief.cookies = client.cookies
    clock.shift(61 * MINUTE)
    assert not is_in(thief)


def test_a_page_costs_no_write_within_a_minute_and_one_after_it(ana, clock):
    client = browser(ana)
    client.get("/account/devices/")

    def writes() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            client.get("/account/settings/")
        return [
            query["sql"]
            for query in seen.captured_queries
            if query["sql"].startswith(("UPDATE", "INSERT", "SAVEPOINT"))
        ]

    assert writes() == []
    clock.shift(90)
    (only,) = writes()
    assert "accounts_browsersession" in only
    assert writes() == []


def test_ana_sees_her_devices_and_ends_one(ana, olga):
    laptop, phone = browser(ana), browser(ana, PHONE)
    hers = browser(olga)
    page = laptop.get("/account/devices/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    for row in BrowserSession.objects.all():
        assert row.session_key not in page
    (path,) = [
        part.split('"')[0]
        for part in page.split('action="')
        if part.startswith("/account/devices/") and "end-others" not in part
    ]
    assert hers.post(path).status_code == 404
    assert is_in(phone)
    assert laptop.get(path).status_code == 405
    laptop.post(path)
    assert not is_in(phone)
    assert is_in(laptop)
    assert is_in(hers)
    assert AuditEntry.objects.order_by("-seq")[0].action == "account.session_ended"
    assert "iPhone" not in laptop.get("/account/devices/").content.decode()


def test_ana_ends_all_the_others(ana, olga):
    here, others = browser(ana), [browser(ana, PHONE), browser(ana)]
    hers = browser(olga)
    page = here.post("/account/devices/end-others/", follow=True).content.decode()
    assert "2 other devices are signed out" in page
    assert [is_in(one) for one in (here, *others, hers)] == [True, False, False, True]


def test_an_administrator_signs_ana_out_everywhere(ana, emil, as_user):
    browsers = [browser(ana), browser(ana, PHONE)]
    as_user(emil).post(f"/administration/users/{ana.pk}/sign-out/")
    assert [is_in(one) for one in browsers] == [False, False]


def test_a_new_factor_ends_the_others_and_not_ones_own(as_user, ana, own_broker):
    elsewhere = browser(ana, PHONE)
    client = as_user(ana, factor=True)
    assert not is_in(elsewhere)
    again = as_user(ana)
    assert is_in(again)
    client.post("/account/second-factors/recovery-codes/")
    assert is_in(client)
    assert not is_in(again)
    page = client.get("/account/devices/").content.decode()
    assert "You are signed in nowhere else" in page


def test_a_new_password_ends_the_others(as_user, ana, own_broker):
    elsewhere = browser(ana, PHONE)
    new = "seven plums beside a bicycle"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    as_user(ana).post("/account/password/change/", fields)
    assert not is_in(elsewhere)


def test_a_new_role_ends_every_session(as_user, ana, emil):
    elsewhere = browser(ana)
    as_user(emil).post(
        f"/administration/users/{ana.pk}/role/",
        {"role-role": "reviewer", "role-reason": "She signs now"},
    )
    assert not is_in(elsewhere)


def test_a_session_that_was_ended_meanwhile_is_not_brought_back(ana):
    client = browser(ana)
    key = client.cookies["session"].value
    late = SessionStore(key)
    assert late["_auth_user_id"] == str(ana.pk)
    BrowserSession.objects.filter(pk=stored_key(key)).delete()
    late["word"] = "x"
    with pytest.raises(UpdateError):
        late.save()
    assert not is_in(client)


def test_signing_in_gives_a_new_session(ana):
    client = Client(REMOTE_ADDR="198.51.100.7")
    client.get("/account/passkey/", HTTP_ACCEPT="application/json")
    before = client.cookies["session"].value
    client.post("/account/login/", {"login": ana.email, "password": PASSWORD})
    assert client.cookies["session"].value != before
    assert not BrowserSession.objects.filter(pk=before).exists()


def test_the_factor_of_somebody_is_seen_by_nobody_else(as_user, ana, olga):
    theirs = give_app(olga).factor
    client = as_user(ana, factor=True)
    assert (
        client.post(f"/account/second-factors/{theirs.pk}/remove/").status_code == 404
    )
    assert olga.authenticator_set.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.5", "A browser that does not say"),
        ("", "A browser that does not say"),
    ],
)
def test_a_device_is_called_by_what_it_says(agent, words):
    assert device_words(agent) == words


def test_the_table_opens_no_session(ana):
    """Who reads the rows, a backup of them or the log of queries, cannot use them."""
    client = browser(ana)
    key = client.cookies["session"].value
    row = BrowserSession.objects.get(user=ana)
    assert key not in f"{row.pk} {row.session_data} {row.get_decoded()}"
    thief = Client()
    thief.cookies["session"] = row.pk
    assert thief.get("/account/settings/").status_code == 302
    assert client.get("/account/settings/").status_code == 200

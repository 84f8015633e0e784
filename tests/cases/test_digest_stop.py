"""Stopping the digest by the link in the mail, without signing in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.models import DigestSetting
from tests.cases.digest_makers import MONDAY, follow_country, make_change, send
from tests.factories import make_notice, make_user

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(mail_sink, settings) -> str:
    """The path that the mail of a reader names in its List-Unsubscribe header."""
    reader = make_user("Ana Lindqvist", Role.ADVOCACY)
    follow_country(reader)
    make_notice()
    send()
    message = mail_sink.arrived[0].message
    address = message["List-Unsubscribe"].strip("<>")
    assert address in mail_sink.arrived[0].part("plain")
    assert address in mail_sink.arrived[0].part("html")
    return address.removeprefix(settings.BASE_URL)


def stopped() -> bool:
    return DigestSetting.objects.get().stopped_at is not None


@pytest.fixture
def mail_program() -> Client:
    """Has no cookie and no token against forged requests."""
    return Client(enforce_csrf_checks=True)


def test_looking_at_the_page_changes_nothing(mail_program, address):
    for _ in range(3):
        page = mail_program.get(address)
    mail_program.head(address)

    assert page.status_code == 200
    assert page.content.decode().count("Stop the digests</span></button>") == 1
    assert not stopped()


@pytest.mark.parametrize("body", [ONE_CLICK, {}])
def test_one_post_stops_it_without_cookie_or_redirect(mail_program, address, body):
    answer = mail_program.post(address, body)

    assert answer.status_code == 200
    assert not answer.cookies
    assert "You get no more digests" in answer.content.decode()
    assert stopped()
    entry = AuditEntry.objects.get(action="digest.stopped")
    assert entry.actor_id_text == ""


def test_it_stays_off_whatever_happens_until_the_reader_turns_it_on(
    mail_program, address, mail_sink, client
):
    mail_program.post(address, ONE_CLICK)
    mail_program.post(address, ONE_CLICK)
    reader = DigestSetting.objects.get().reader
    make_notice()
    follow_country(reader, "IR")  # a new follow does not turn it on
    make_change(make_notice(issuer="IR"), at=MONDAY)

    for week in range(1, 4):
        assert send(MONDAY + timedelta(weeks=week)) == {}
    assert len(mail_sink.arrived) == 1

    client.force_login(reader)
    client.post(reverse("digest-switch"), {"digests": "on"})
    DigestSetting.objects.update(since=MONDAY)
    assert send(MONDAY + timedelta(weeks=4)) == {"due": 1, "sent": 1}


def test_an_address_that_we_did_not_make_is_not_found(mail_program, address):
    token = address.split("/")[-2]
    key, _, signature = token.partition(".")
    forged = [
        f"{key}.{signature[:-1]}x",
        f"{key}x.{signature}",
        key,
        "TOKEN",
        signature,
        "..",
    ]

    for one in forged:
        page = reverse("unsubscribe", args=[one])
        assert mail_program.get(page).status_code == 404
        assert mail_program.post(page, ONE_CLICK).status_code == 404
    assert not stopped()


def test_a_new_key_makes_old_addresses_void_and_an_old_secret_still_opens_them(
    mail_program, address, settings
):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of at least 32 letters"
    assert mail_program.get(address).status_code == 200

    DigestSetting.objects.update(key="bcdfghjkmnpq")
    assert mail_program.get(address).status_code == 404


def test_the_address_tells_nothing_of_the_reader_and_the_database_cannot_make_it(
    address,
):
    setting = DigestSetting.objects.get()
    token = address.split("/")[-2]

    assert "ana" not in token.lower()
    assert token not in str(DigestSetting.objects.values().get())
    assert token not in str(setting.reader.digests.values().get())

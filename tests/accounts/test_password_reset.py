"""A new password by mail: through a real worker and a real SMTP server."""

import random
import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.choices import Role
from accounts.tasks import mail_account
from tests.factories import PASSWORD, make_user
from tests.services import wait_until

NEW = "seven plums beside a bicycle"
_LINK = re.compile(r"https?://\S+/account/password/reset/key/\S+")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def _client() -> Client:
    return Client(REMOTE_ADDR=".".join(str(random.randint(1, 254)) for _ in "1234"))  # noqa: S311


def _ask(email: str) -> str:
    answer = _client().post("/account/password/reset/", {"email": email}, follow=True)
    assert answer.status_code == 200
    return _TOKEN.sub("", answer.content.decode())


@pytest.fixture
def worker(start_worker, mail_sink, django_db_blocker):
    with django_db_blocker.unblock():
        yield start_worker(EMAIL_URL=mail_sink.url)


def test_only_ana_gets_a_mail_and_no_page_tells_who_has_an_account(worker, mail_sink):
    make_user("Ana Lindqvist", Role.ANALYST, email="ana@example.org")
    make_user("Otto Gone", Role.ANALYST, email="otto@example.org", is_active=False)

    # The one worker takes them in turn: Ana's mail proves that the others are done.
    unknown, gone = _ask("nobody@example.org"), _ask("otto@example.org")
    known = _ask("Ana@Example.org")
    assert unknown == gone == known
    assert "ana@" not in known.lower()
    wait_until(lambda: mail_sink.arrived)
    assert [mail.recipients for mail in mail_sink.arrived] == [("ana@example.org",)]

    mail = mail_sink.arrived[0]
    assert mail.message["Subject"] == "Tracker: choose a new password"
    text = mail.message.get_content()
    link = _LINK.findall(text)[0]
    assert link.startswith(settings.BASE_URL)
    assert PASSWORD not in text

    client = _client()
    path = link.removeprefix(settings.BASE_URL)
    answer = client.get(path, follow=True)
    form_path = answer.redirect_chain[-1][0]
    assert "the same again" in answer.content.decode().lower()
    weak = client.post(form_path, {"password1": "plum", "password2": "plum"})
    assert "There is a problem" in weak.content.decode()
    done = client.post(form_path, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is new" in done.content.decode()

    again = _client().get(path, follow=True).content.decode()
    assert "This link no longer works" in again
    old = _client().post(
        "/account/login/", {"login": "ana@example.org", "password": PASSWORD}
    )
    assert "do not fit together" in old.content.decode()
    new = _client().post(
        "/account/login/", {"login": "ana@example.org", "password": NEW}
    )
    assert new.status_code == 302

    wait_until(lambda: len(mail_sink.arrived) == 2)
    told = mail_sink.arrived[1].message
    assert told["Subject"] == "Tracker: your password was changed"
    assert "If it was not you" in told.get_content()


def test_a_mail_server_that_refuses_for_a_while_gets_the_mail_later(worker, mail_sink):
    make_user("Ana Lindqvist", Role.ANALYST, email="ana@example.org")
    mail_sink.script("mail", "451 come back later")
    _ask("ana@example.org")
    wait_until(lambda: mail_sink.mails_to("ana@example.org"))


def test_a_link_that_was_tampered_with_opens_nothing(db):
    user = make_user("Ana Lindqvist", Role.ANALYST)
    path = f"/account/password/reset/key/{user.pk:x}-d0nt-guess/"
    answer = _client().get(path)
    assert "This link no longer works" in answer.content.decode()


def test_an_address_that_is_none_is_refused_at_the_field(db):
    answer = _client().post("/account/password/reset/", {"email": "not an address"})
    assert "There is a problem" in answer.content.decode()


def test_a_stranger_who_asks_for_ana_neither_shuts_her_out_nor_fills_her_box(
    ana, monkeypatch
):
    rung: list[int] = []
    monkeypatch.setattr(mail_account, "delay", lambda user, *_: rung.append(user))
    pages = {_ask(ana.email) for _ in range(8)} | {_ask("nobody@example.org")}
    assert len(pages) == 1
    assert rung == [ana.pk, *[0] * 8]


def test_one_network_address_asks_twenty_times_a_minute(db, monkeypatch):
    monkeypatch.setattr(mail_account, "delay", lambda *_: None)
    client = _client()
    answers = [
        client.post("/account/password/reset/", {"email": f"x{n}@example.org"})
        for n in range(21)
    ]
    assert [one.status_code for one in answers] == [302] * 20 + [429]

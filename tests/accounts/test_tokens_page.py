"""The page of tokens: made, shown once, revoked. Ben must not see those of Ana."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import tasks
from accounts.access import MissingCapability
from accounts.administration.services import deactivate, reactivate
from accounts.models import ApiToken, AuditEntry, User
from accounts.tokens import services as tokens
from accounts.tokens.services import MOST_TOKENS
from tests.factories import PASSWORD, make_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[tuple]:
    """What the worker is asked to mail; the queue itself is tested elsewhere."""
    asked: list[tuple] = []
    monkeypatch.setattr(tasks.mail_account, "delay", lambda *args: asked.append(args))
    return asked


FORM = {"name": "The newsroom's script", "scopes": ["notices:read"], "days": "30"}


def make(client, **change):
    return client.post(reverse("token-new"), FORM | change)


def test_a_token_is_shown_once_and_kept_as_its_hash(ana, as_user):
    client = as_user(ana, factor=True)
    page = make(client)
    [secret] = re.findall(r"rnt_[\w-]{43}", page.text)
    assert "no-store" in page["Cache-Control"]
    token = ApiToken.objects.get()
    assert token.hash == hashlib.sha256(secret.encode()).hexdigest()
    assert (token.owner, token.scopes) == (ana, ["notices:read"])
    assert token.expires_at - token.created_at == timedelta(days=30)

    listed = client.get(reverse("token-list")).text
    assert secret not in listed
    assert token.start in listed
    assert "newsroom" in listed
    entry = AuditEntry.objects.get(action="token.made")
    assert secret not in entry.facts + (entry.words or "")
    assert token.hash not in entry.facts + (entry.words or "")


@pytest.mark.parametrize("proof", [{"stale": True}, {"factor": True, "stale": True}])
def test_making_one_asks_who_is_there(ana, as_user, proof):
    client = as_user(ana, **proof)
    for answer in (client.get(reverse("token-new")), make(client)):
        assert answer.status_code == 302
        assert "/account/reauthenticate/" in answer["Location"]
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "a\u202eb"},
        {"name": "n" * 81},
        {"scopes": []},
        {"scopes": ["cases:read"]},
        {"scopes": ["notices:read", "everything"]},
        {"days": "91"},
        {"days": "0"},
        {"days": "forever"},
    ],
)
def test_a_bad_form_makes_none(ana, as_user, change):
    page = make(as_user(ana, factor=True), **change)
    assert page.status_code == 400
    assert "There is a problem" in page.text
    assert not ApiToken.objects.exists()


def test_extra_fields_are_ignored(ana, ben, as_user):
    make(
        as_user(ana, factor=True),
        owner=ben.pk,
        expires_at="2099-01-01",
        hash="0" * 64,
        last_used_at="2020-01-01",
    )
    token = ApiToken.objects.get()
    assert token.owner == ana
    assert token.expires_at < timezone.now() + timedelta(days=31)
    assert token.hash != "0" * 64
    assert token.last_used_at is None


def test_ben_neither_sees_nor_ends_a_token_of_ana(ana, ben, as_user):
    token = make_token(ana, name="quiet program")
    client = as_user(ben, factor=True)
    assert "quiet program" not in client.get(reverse("token-list")).text
    hidden = client.post(reverse("token-revoke", args=[token.pk]))
    missing = client.post(reverse("token-revoke", args=[token.pk + 1000]))
    assert hidden.status_code == missing.status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_an_administrator_sees_that_it_is_there_but_no_part_of_it(ana, emil, as_user):
    token = make_token(ana, name="quiet program", start="rnt_qqqq")
    client = as_user(emil, factor=True)
    page = client.get(reverse("user", args=[ana.pk])).text
    assert "quiet program" in page
    assert token.start not in page
    assert token.hash not in page
    assert client.post(reverse("token-revoke", args=[token.pk])).status_code == 404


def test_its_owner_is_told_by_a_mail_that_says_little(ana, as_user, rung):
    make(as_user(ana, factor=True))
    [(number, kind, at)] = rung
    assert (number, kind) == (ana.pk, "token_made")
    tasks.mail_account(number, kind, at)
    [letter] = mail.outbox
    assert letter.to == [ana.email]
    assert "/account/tokens/" in letter.body
    for word in ("newsroom", "rnt_", "notices", ApiToken.objects.get().start):
        assert word not in letter.body


def test_a_new_password_ends_every_token(ana, ben, as_user):
    mine, his = make_token(ana), make_token(ben)
    words = "quite another pass phrase"
    as_user(ana).post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": words, "password2": words},
    )
    ana.refresh_from_db()
    assert ana.check_password(words)
    for token in (mine, his):
        token.refresh_from_db()
    assert mine.revoked_at is not None
    assert his.revoked_at is None


def test_revoking_is_recorded_once_and_moves_it_to_the_ended(ana, as_user):
    token = make_token(ana)
    client = as_user(ana)
    for _ in range(2):
        page = client.post(reverse("token-revoke", args=[token.pk]), follow=True)
        assert "opens nothing any more" in page.text
    assert "Tokens that open nothing any more" in page.text
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1
    assert client.get(reverse("token-revoke", args=[token.pk])).status_code == 405


def test_an_auditor_makes_none(fay, as_user):
    client = as_user(fay, factor=True)
    assert client.get(reverse("token-list")).status_code == 403
    assert make(client).status_code == 403
    assert "Tokens for programs" not in client.get(reverse("account-settings")).text


def test_there_is_a_limit_to_those_in_use(ana, as_user):
    client = as_user(ana, factor=True)
    for _ in range(MOST_TOKENS):
        make_token(ana)
    assert "Revoke one" in make(client).text
    make_token_to_end = ApiToken.objects.first()
    client.post(reverse("token-revoke", args=[make_token_to_end.pk]))
    assert "Copy it now" in make(client).text


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"expires_at": timedelta(days=90, seconds=1)}, "token_lives_90_days_at_most"),
        ({"expires_at": timedelta(0)}, "token_lives_90_days_at_most"),
        ({"scopes": ("cases:read",)}, "token_scopes_known"),
        ({"hash": "rnt_in-clear"}, "token_is_kept_as_its_hash"),
    ],
)
def test_the_database_keeps_no_token_that_must_not_be(ana, change, constraint):
    token = make_token(ana)
    for name, value in change.items():
        if isinstance(value, timedelta):
            value = token.created_at + value
        setattr(token, name, list(value) if name == "scopes" else value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        token.save()


def test_who_lost_the_right_meanwhile_makes_none_and_none_outlives_a_leaving(
    ana, emil, client
):
    stale = User.objects.get(pk=ana.pk)
    old = make_token(ana, secret="rnt_" + "q" * 40)
    now = timezone.now()
    deactivate(user_id=ana.pk, actor=emil, at=now)
    with pytest.raises(MissingCapability):
        tokens.make_token(
            owner=stale, name="x", scopes=["notices:read"], days=9, at=now
        )
    # As a process that came too late would have left it.
    ApiToken.objects.update(revoked_at=None)
    reactivate(user_id=ana.pk, actor=emil, at=now)
    assert ApiToken.objects.get() == old
    bearer = {"HTTP_AUTHORIZATION": "Bearer rnt_" + "q" * 40}
    assert client.get(reverse("api-notices"), **bearer).status_code == 401
    later = now + timedelta(seconds=1)
    new = tokens.make_token(
        owner=User.objects.get(pk=ana.pk),
        name="x",
        scopes=["notices:read"],
        days=9,
        at=later,
    )
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {new.secret}"}
    assert client.get(reverse("api-notices"), **bearer).status_code == 200

"""Somebody leaves: page, API, mail and copies close at once, and do not come back.

Dina follows Russia and has a token; Emil closes her account.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from cases.choices import CaseLevel
from cases.digests.services import open_due
from cases.models import DigestSetting, Follow
from notices.models import Notice
from tests.cases.digest_makers import (
    MONDAY,
    delivery_of,
    follow_country,
    make_change,
    send,
)
from tests.factories import make_case, make_notice, make_token

pytestmark = pytest.mark.django_db
HEADER = {"Authorization": "Bearer rnt_of-dina"}


@pytest.fixture
def by_emil(emil, as_user):
    client = as_user(emil, factor=True)

    def post(name, user):
        answer = client.post(
            reverse(name, args=[user.pk]), {"reason-reason": "Left us"}, follow=True
        )
        assert answer.status_code == 200
        user.refresh_from_db()

    return post


@pytest.fixture
def setting(dina):
    """Dina follows Russia; something happened that she would be told on Monday."""
    follow_country(dina)
    make_change(make_notice(reference="2026/1"))
    make_token(dina, secret="rnt_of-dina")
    return DigestSetting.objects.get(reader=dina)


def test_everything_closes_at_once(dina, setting, by_emil, as_user, mail_sink):
    browser = as_user(dina)
    assert browser.get("/follows/").status_code == 200
    assert Client().get("/api/notices/", headers=HEADER).status_code == 200
    opened = open_due(at=MONDAY)
    assert opened.waiting == [delivery_of(dina).pk]

    by_emil("user-deactivate", dina)

    assert dina.is_active is False
    assert "/account/login/" in browser.get("/follows/")["Location"]
    assert Client().get("/api/notices/", headers=HEADER).status_code == 401
    assert send() == {"due": 1, "empty": 1}
    assert mail_sink.mails_to(dina.email) == []
    # A digest of the week after is not even opened.
    assert send(MONDAY + timedelta(days=7)) == {}
    assert AuditEntry.objects.filter(action="user.deactivated").count() == 1


def test_who_stays_still_gets_the_mail(dina, setting, mail_sink):
    assert send() == {"due": 1, "sent": 1}
    assert len(mail_sink.mails_to(dina.email)) == 1


@pytest.mark.parametrize("swept", [True, False])
def test_nothing_comes_back_with_the_account(
    dina, setting, by_emil, as_user, mail_sink, swept
):
    by_emil("user-deactivate", dina)
    if swept:
        open_due(at=timezone.now())
    by_emil("user-reactivate", dina)

    assert Client().get("/api/notices/", headers=HEADER).status_code == 401
    assert send() == {}
    assert mail_sink.mails_to(dina.email) == []
    browser = as_user(dina)
    page = browser.get("/follows/").text
    assert "You follow nothing yet" in page
    assert "Digests are off" in page
    assert not dina.may_export
    # The sweep took the rows away and said so, once.
    open_due(at=timezone.now())
    assert not Follow.objects.exists()
    kinds = ["follow.left", "digest.stopped"]
    for kind in kinds:
        assert AuditEntry.objects.filter(action=kind).count() == 1


def test_what_is_chosen_anew_after_coming_back_counts(
    dina, setting, by_emil, as_user, mail_sink
):
    by_emil("user-deactivate", dina)
    by_emil("user-reactivate", dina)
    browser = as_user(dina)
    browser.post("/follows/add/?country=RU", {"note": "again"})
    assert [one.note for one in Follow.objects.all()] == ["again"]
    page = browser.get("/follows/").text
    assert "You follow 1 thing" in page
    assert "Digests are off" in page
    browser.post(reverse("digest-switch"), {"digests": "on"})
    assert "Digests are off" not in browser.get("/follows/").text
    open_due(at=timezone.now())
    assert Follow.objects.count() == 1
    make_change(Notice.objects.get(reference="2026/1"), at=MONDAY)
    later = MONDAY + timedelta(days=7)
    assert send(later) == {"due": 1, "sent": 1}
    assert len(mail_sink.mails_to(dina.email)) == 1


def test_a_file_whose_only_lead_left_goes_on_with_who_is_named(
    ana, ben, carla, dina, by_emil, as_user
):
    case = make_case(lead=ana, members=(ben,), level=CaseLevel.RESTRICTED)
    people = reverse("case-people", args=[case.code])
    form = {"user": carla.pk, "role": "lead", "reason": "Takes over"}
    his = as_user(ben, factor=True)
    assert his.post(people, form).status_code == 403
    by_emil("user-deactivate", ana)
    assert his.post(people, form).status_code == 302
    assert case.members.filter(user=carla, role="lead").exists()
    # With a lead again Ben is a member like others.
    assert his.post(people, form | {"user": dina.pk}).status_code == 403

"""What becomes of a digest when the mail server takes, refuses or says nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.digests import wire
from cases.models import Digest, DigestDelivery, DigestItem, DigestSetting
from notices.models import NoticeChange
from tests.cases.digest_makers import (
    MONDAY,
    delivery_of,
    follow_country,
    make_change,
    send,
)
from tests.factories import make_notice, make_user
from tests.services import DROP, HOLD

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def ana():
    reader = make_user("Ana Lindqvist", Role.ANALYST, email="ana@example.org")
    follow_country(reader)
    return reader


@pytest.fixture
def notice(ana):
    return make_notice()


def test_one_mail_a_period_whatever_runs_again(ana, notice, mail_sink):
    assert send() == {"due": 1, "sent": 1}
    assert send() == {"already": 1}
    make_change(notice, at=MONDAY + timedelta(hours=1))
    assert send(MONDAY + timedelta(days=6)) == {"already": 1}
    assert send(MONDAY + WEEK) == {"due": 1, "sent": 1}

    assert len(mail_sink.mails_to("ana@example.org")) == 2
    first, second = (mail.message["Message-ID"] for mail in mail_sink.arrived)
    assert first != second
    entries = AuditEntry.objects.filter(action="digest.sent")
    assert entries.count() == 2


def test_the_headers_are_those_of_a_mail_that_can_be_stopped_with_one_click(
    ana, notice, mail_sink, settings
):
    send()

    mail = mail_sink.arrived[0]
    assert mail.recipients == ("ana@example.org",)
    message = mail.message
    assert message["To"] == "ana@example.org"
    assert message["List-Unsubscribe"].startswith(f"<{settings.BASE_URL}/u/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@127.0.0.1>")
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("greeting", "421 4.3.2 busy"),
        ("mail", "451 4.3.0 later"),
        ("rcpt", "451 4.7.1 greylisted"),
        ("data", "452 4.3.1 no room"),
        ("dot", "421 4.3.2 closing"),
        ("dot", "451 4.3.0 later"),
        ("greeting", DROP),
        ("mail", DROP),
        ("rcpt", DROP),
        ("data", DROP),
    ],
)
def test_what_was_certainly_not_taken_is_sent_again_under_the_same_id(
    ana, notice, mail_sink, step, answer
):
    mail_sink.script(step, answer)

    assert send() == {"due": 1, "failed": 1, "retry": 1}
    refused_id = delivery_of(ana).message_id
    assert send() == {"already": 1}  # not before its time
    assert send(MONDAY + timedelta(minutes=1)) == {"due": 1, "sent": 1}

    assert mail_sink.arrived[-1].message["Message-ID"] == refused_id
    assert delivery_of(ana).attempt == 2
    assert send(MONDAY + timedelta(hours=9)) == {"already": 1}


def test_it_is_tried_after_1_5_15_60_and_240_minutes_and_then_given_up(
    ana, notice, mail_sink
):
    mail_sink.script("rcpt", *["451 later"] * 6)
    at = MONDAY

    for minutes in (1, 5, 15, 60, 240):
        assert send(at) == {"due": 1, "failed": 1, "retry": 1}
        at += timedelta(minutes=minutes)
        assert send(at - timedelta(seconds=1)) == {"already": 1}
    assert send(at) == {"due": 1, "failed": 1}

    assert delivery_of(ana).state == "failed"
    assert send(at + timedelta(hours=9)) == {"already": 1}
    assert mail_sink.arrived == []


def test_what_a_failed_digest_told_nobody_is_in_the_next_one(ana, notice, mail_sink):
    mail_sink.script("rcpt", "550 5.7.1 no")
    assert send() == {"due": 1, "failed": 1}
    assert not DigestItem.objects.filter(reader=ana).exists()

    assert send(MONDAY + WEEK) == {"due": 1, "sent": 1}
    assert "VALTESKU" in mail_sink.arrived[0].part("plain")


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt", "550 5.7.1 not here"),
        ("data", "554 5.5.1 no"),
        ("dot", "552 5.3.4 too big"),
        ("dot", "554 5.7.1 spam"),
    ],
)
def test_a_refusal_is_not_repeated(ana, notice, mail_sink, step, answer):
    mail_sink.script(step, answer)

    assert send() == {"due": 1, "failed": 1}
    assert send(MONDAY + timedelta(hours=5)) == {"already": 1}

    delivery = delivery_of(ana)
    assert delivery.state == "refused"
    assert answer[:3] in delivery.answer
    assert DigestSetting.objects.get(reader=ana).refused_at is None


def test_a_mailbox_that_does_not_exist_is_written_to_once(ana, notice, mail_sink):
    mail_sink.script("rcpt", "550 5.1.1 no such user")
    send()

    assert DigestSetting.objects.get(reader=ana).refused_at == MONDAY
    assert send(MONDAY + WEEK) == {}


def test_three_refusals_in_a_row_mark_an_address_but_not_with_a_mail_between(
    ana, notice, mail_sink
):
    mail_sink.script("dot", "554 no", "554 no", "250 yes", "554 no", "554 no", "554 no")

    for week in range(5):
        make_change(notice, at=MONDAY + WEEK * week - timedelta(hours=1))
        send(MONDAY + WEEK * week)
    assert DigestSetting.objects.get(reader=ana).refused_at is None
    send(MONDAY + WEEK * 5)

    assert DigestSetting.objects.get(reader=ana).refused_at == MONDAY + WEEK * 5


def test_a_log_in_that_fails_makes_everyone_wait_and_refuses_nobody(
    ana, notice, mail_sink, settings
):
    ben = make_user("Ben Okafor", Role.REVIEWER)
    follow_country(ben)
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "wrong"

    assert send() == {"due": 2, "failed": 2, "retry": 2}
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    assert send(MONDAY + timedelta(minutes=1)) == {"due": 2, "sent": 2}


def test_a_server_that_is_not_there_makes_everyone_wait(ana, notice, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert send() == {"due": 1, "failed": 1, "retry": 1}
    assert "ConnectionRefused" in delivery_of(ana).answer


@pytest.mark.parametrize("step", ["greeting", "mail", "rcpt", "data"])
def test_a_server_that_hangs_before_the_body_is_waited_for_and_tried_again(
    ana, notice, mail_sink, settings, step
):
    settings.EMAIL_TIMEOUT = 0.3
    mail_sink.script(step, HOLD)

    assert send() == {"due": 1, "failed": 1, "retry": 1}


@pytest.mark.parametrize("silence", [DROP, HOLD, "nonsense", "333 what?"])
def test_without_an_answer_after_the_body_nobody_knows_and_nothing_is_repeated(
    ana, notice, mail_sink, monkeypatch, silence
):
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.3)
    mail_sink.script("dot", silence)

    assert send() == {"due": 1, "unknown": 1}

    for minutes in range(0, 600, 60):
        assert send(MONDAY + timedelta(minutes=minutes)) == {"already": 1}
    assert len(mail_sink.arrived) == 1
    assert delivery_of(ana).state == "unknown"


def test_the_next_digest_begins_with_the_doubt_and_only_the_next(
    ana, notice, mail_sink
):
    mail_sink.script("dot", DROP)
    send()
    doubtful = Digest.objects.get(reader=ana)

    for week in (1, 2):
        make_change(notice, at=MONDAY + WEEK * week - timedelta(hours=1))
        assert send(MONDAY + WEEK * week) == {"due": 1, "sent": 1}

    _, second, third = (mail.part("plain") for mail in mail_sink.arrived)
    doubt = "We do not know whether your mail of 30 Nov 2026 arrived."
    assert second.startswith(f"{doubt}\nRead it: http")
    assert f"/digests/{doubtful.key}/" in second
    assert "We do not know" not in third


def test_a_doubt_alone_is_no_reason_for_a_mail(ana, notice, mail_sink):
    mail_sink.script("dot", DROP)
    send()

    assert send(MONDAY + WEEK) == {"due": 1, "empty": 1}


def test_one_reader_s_refusal_does_not_hold_up_the_others(mail_sink):
    readers = [make_user(f"Reader{n} Invented", Role.ADVOCACY) for n in range(20)]
    for reader in readers:
        follow_country(reader)
    make_notice()
    mail_sink.script("rcpt", "550 5.7.1 no", recipient=readers[7].email)

    assert send() == {"due": 20, "sent": 19, "failed": 1}

    assert len(mail_sink.arrived) == 19
    assert all(len(mail.recipients) == 1 for mail in mail_sink.arrived)
    assert mail_sink.connections == 2  # one, and another after the refusal


def test_a_line_that_the_server_closed_meanwhile_is_opened_again(mail_sink):
    for name in ("Ana", "Ben"):
        follow_country(make_user(f"{name} Invented", Role.ADVOCACY))
    make_notice()
    mail_sink.script("mail", "250 fine", "421 4.4.2 idle too long")

    assert send() == {"due": 2, "sent": 2}
    assert mail_sink.connections == 2


def test_nothing_new_is_no_mail(ana, mail_sink):
    NoticeChange.objects.all().delete()

    assert send() == {"due": 1, "empty": 1}
    assert mail_sink.arrived == []
    assert delivery_of(ana).state == "empty"


def test_a_reader_who_knows_ends_the_doubt(ana, notice, mail_sink, client):
    mail_sink.script("dot", DROP)
    send()
    digest = Digest.objects.get()
    client.force_login(ana)
    page = client.get(reverse("digest", args=[digest.key])).content.decode()
    assert "We do not know whether this mail arrived" in page

    client.post(reverse("digest-settle", args=[digest.key]), {"answer": "arrived"})

    assert delivery_of(ana).state == "sent"
    assert send(MONDAY + timedelta(hours=1)) == {"already": 1}
    assert AuditEntry.objects.filter(action="digest.settled").count() == 1


def test_a_reader_may_have_it_sent_again_and_once_more_is_not_twice(
    ana, notice, mail_sink, client
):
    mail_sink.script("dot", DROP)
    send()
    client.force_login(ana)
    address = reverse("digest-settle", args=[Digest.objects.get().key])

    for _ in range(2):
        client.post(address, {"answer": "again"})
    assert client.post(address, {"answer": "perhaps"}).status_code == 400
    DigestDelivery.objects.update(retry_at=MONDAY)
    assert send(MONDAY) == {"due": 1, "sent": 1}

    first, second = mail_sink.arrived
    assert first.message["Message-ID"] == second.message["Message-ID"]
    client.post(address, {"answer": "again"})
    assert send(MONDAY + timedelta(hours=1)) == {"already": 1}

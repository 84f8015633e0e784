"""Anchors go out: to auditors once a day, and to the server's log."""

import logging
import smtplib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connections

from accounts import tasks
from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.check import check_log
from accounts.audit.record import record
from accounts.audit.telling import tell_auditors
from accounts.audit.verify_log import Head, anchors_in
from accounts.choices import Role
from accounts.models import AnchorMail, AuditEntry
from tests.factories import NOON, make_user

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def entry(carla):
    return record(action=Action.SIGNED_IN, actor=carla, target=carla, reason="quiet")


def test_an_empty_log_has_an_anchor_too(db):
    anchor = anchors.current()
    assert (anchor.seq, anchor.hash, anchor.at) == (0, "0" * 64, None)
    assert anchors_in(str(anchor)) == [Head(0, "0" * 64)]


def test_the_anchor_is_the_last_entry(entry):
    anchor = anchors.current()
    assert (anchor.seq, anchor.hash, anchor.at) == (entry.seq, entry.hash, entry.at)


def test_auditors_get_it_once_a_day_and_nobody_else(entry, fay, emil, carla, settings):
    settings.AUDITOR_EMAIL = ["outside@auditors.example"]
    told = anchors.current()
    assert tell_auditors(at=NOON) == 2
    assert tell_auditors(at=NOON + timedelta(minutes=10)) == 0
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        [fay.email, "outside@auditors.example"]
    )
    for one in mail.outbox:
        assert anchors_in(one.body) == [Head(told.seq, told.hash)]
        assert check_log(anchors=anchors_in(one.body)).verdict.ok
        text = f"{one.subject} {one.body} {one.extra_headers}"
        for word in (carla.name, carla.email, fay.name, "signed", "quiet"):
            assert word not in text
    assert AuditEntry.objects.filter(action="audit.anchor_told").count() == 2

    assert tell_auditors(at=NEXT_DAY) == 2
    days = AnchorMail.objects.filter(address=fay.email).values_list("day", "seq")
    assert [day.isoformat() for day, _ in days] == ["2026-11-25", "2026-11-24"]


def test_a_new_auditor_gets_the_days_anchor_and_one_who_left_gets_none(entry, fay):
    tell_auditors(at=NOON)
    fay.is_active = False
    fay.save(update_fields=["is_active"])
    make_user("Ida Holm", Role.AUDITOR, email="ida@example.org")
    mail.outbox.clear()
    assert tell_auditors(at=NOON) == 1
    assert mail.outbox[0].to == ["ida@example.org"]
    assert tell_auditors(at=NEXT_DAY) == 1


class Refuses(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPDataError(451, b"later")


class Away(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


class Dies(EmailBackend):
    """The wire breaks after the server may have taken the mail."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("gone")


class Killed(EmailBackend):
    """The worker is killed while it sends."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit


@pytest.mark.parametrize("trouble", ["Refuses", "Away"])
def test_what_the_mail_server_did_not_take_goes_later_as_it_was(
    entry, fay, settings, trouble
):
    told, working = anchors.current(), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.{trouble}"
    assert tell_auditors(at=NOON) == 0
    row = AnchorMail.objects.get()
    assert (row.sent_at, row.failed_at) == (None, NOON)
    record(action=Action.SIGNED_IN, actor=fay, target=fay)

    settings.EMAIL_BACKEND = working
    assert tell_auditors(at=NEXT_DAY) == 2
    first, second = mail.outbox
    assert anchors_in(first.body) == [Head(told.seq, told.hash)]
    assert anchors_in(second.body)[0].seq == told.seq + 1
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


@pytest.mark.parametrize("trouble", ["Dies", "Killed"])
def test_a_mail_that_may_have_gone_is_not_sent_again_and_is_shown(
    entry, fay, emil, settings, trouble, as_user
):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.{trouble}"
    with suppress(SystemExit):
        tell_auditors(at=NOON)
    settings.EMAIL_BACKEND = working
    assert len(mail.outbox) == 1
    for hours in range(1, 4):
        assert tell_auditors(at=NOON + timedelta(hours=hours)) == 0
    assert len(mail.outbox) == 1
    row = AnchorMail.objects.get()
    assert (row.started_at, row.sent_at) == (NOON, None)
    with time_machine.travel(NOON + timedelta(hours=4), tick=False):
        page = as_user(fay).get("/administration/audit/").text
        assert "may or may not have arrived" in page
        assert "may or may not have arrived" not in (
            as_user(emil).get("/administration/audit/").text
        )


def test_the_database_holds_one_mail_a_day(entry, fay):
    tell_auditors(at=NOON)
    row = AnchorMail.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="anchor_mail_once_a_day"):
        row.save()


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_one_mail():
    make_user("Fay Ndiaye", Role.AUDITOR)

    def work(_):
        try:
            return tell_auditors(at=NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(work, range(4)))
    assert sum(sent) == len(mail.outbox) == 1


def test_the_tasks_do_both(entry, fay, caplog):
    with caplog.at_level(logging.INFO, "accounts.audit.anchors"):
        tasks.note_anchor()
    assert anchors_in(caplog.text) == [Head(entry.seq, entry.hash)]
    tasks.tell_auditors()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24 12:00:00 INFO accounts.audit.anchors: audit entry 7, hash {hash}",
        "> audit entry 7 of\n> 2026-11-24T12:00:00.000000Z,\n> hash {hash}",
        'x\n{{"seq": 7, "hash": "{hash}", "at": null}}\n',
        '{{"files": 3, "log": [{{"audit": {{"seq": 7, "hash": "{hash}"}}}}]}}',
        '{{"audit_seq": 7, "audit_head": "{hash}", "pages": 3}}',
        "Copy k3 · audit entry 7, hash {hash:.16}… page 1 of 3",
    ],
)
def test_anchors_are_found_however_they_came(text):
    (found,) = anchors_in(text.format(hash="3f9ac1d2" * 8))
    assert found.seq == 7
    assert ("3f9ac1d2" * 8).startswith(found.hash)

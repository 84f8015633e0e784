"""An account that reads unusually much: Rob reads; Emil and Fay alone are told."""

from datetime import UTC, datetime, timedelta

import pytest
import redis
import time_machine
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts.access import MissingCapability
from accounts.alarms.services import (
    MOST,
    note_person_read,
    see_alarm,
    watch_reading,
)
from accounts.alarms.tasks import watch_reading as watch_task
from accounts.audit.actions import Action
from accounts.audit.record import record, record_each
from accounts.choices import ReadingKind, Role
from accounts.models import AuditEntry, ReadingAlarm
from accounts.tasks import mail_account
from cases.choices import CaseLevel
from tests.factories import make_case, make_notice, make_user

pytestmark = pytest.mark.django_db
WORDS = "reads unusually much"


@pytest.fixture
def rob(db):
    return make_user("Rob Reader", Role.ANALYST)


@pytest.fixture(autouse=True)
def posted(monkeypatch):
    """The worker, at once."""
    monkeypatch.setattr(mail_account, "delay", mail_account)


def read(user, action, times, target=None):
    record_each(action=action, actor=user, targets=[target or user] * times)
    return AuditEntry.objects.latest("seq").at


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Action.CASE_READ, ReadingKind.FILES),
        (Action.FACTS_READ, ReadingKind.FILES),
        (Action.EXPORT_DOWNLOADED, ReadingKind.COPIES),
        (Action.AUDIT_EXPORTED, ReadingKind.LOG),
    ],
)
def test_bulk_reading_alerts(
    rob, emil, fay, carla, as_user, action, kind, django_capture_on_commit_callbacks
):
    case = make_case(lead=carla, level=CaseLevel.RESTRICTED, code="HIDDENBIRD-9")
    at = read(rob, action, MOST[kind], case)
    assert watch_reading(at=at) == 0
    at = read(rob, action, 1, case)
    with django_capture_on_commit_callbacks(execute=True):
        assert watch_reading(at=at) == 1
        assert watch_reading(at=at) == 0
    alarm = ReadingAlarm.objects.get()
    assert (alarm.user, alarm.kind, alarm.count) == (rob, kind, MOST[kind] + 1)
    assert {one.to[0] for one in mail.outbox} == {emil.email, fay.email}
    for one in mail.outbox:
        assert WORDS in one.subject
        assert "Rob" not in one.subject + one.body
        assert "HIDDENBIRD" not in one.subject + one.body
    for user in (emil, fay):
        client = as_user(user)
        assert "Rob Reader" in client.get(reverse("today")).text
        page = client.get(reverse("alarms")).text
        assert "Rob Reader" in page
        assert "HIDDENBIRD" not in page
    assert as_user(rob).get(reverse("today")).status_code == 200  # nobody is locked out
    for user in (rob, carla):
        client = as_user(user)
        assert "Unusual reading" not in client.get(reverse("today")).text
        assert client.get(reverse("alarms")).status_code == 403
    entry = AuditEntry.objects.get(action="access.much_read")
    assert entry in AuditEntry.objects.visible_to(emil)
    assert entry in AuditEntry.objects.visible_to(fay)
    assert entry not in AuditEntry.objects.visible_to(rob)


def test_a_day_of_work_raises_none(rob, emil):
    at = read(rob, Action.CASE_READ, MOST[ReadingKind.FILES])
    other = make_user("Olga Other", Role.ANALYST)
    read(other, Action.CASE_READ, MOST[ReadingKind.FILES])
    read(rob, Action.SIGNED_IN, 200)
    assert watch_reading(at=at + timedelta(minutes=59)) == 0
    watch_task()
    assert not ReadingAlarm.objects.exists()


def test_pages_about_people_are_counted_too_also_for_programs(
    rob, emil, as_user, monkeypatch
):
    monkeypatch.setitem(dict(MOST), ReadingKind.PEOPLE, 3)
    monkeypatch.setattr(
        "accounts.alarms.services.MOST", {**MOST, ReadingKind.PEOPLE: 3}
    )
    person = make_notice().person
    client = as_user(rob)
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        for address in ("/people/{}/", "/api/people/{}/") * 2:
            assert not ReadingAlarm.objects.exists()
            assert client.get(address.format(person.key)).status_code == 200
        client.get(f"/people/{person.key}/")
    alarm = ReadingAlarm.objects.get()
    assert (alarm.kind, alarm.count) == (ReadingKind.PEOPLE, 4)


def test_an_hour_has_no_edge_to_hide_behind(rob, emil, monkeypatch):
    monkeypatch.setattr(
        "accounts.alarms.services.MOST", {**MOST, ReadingKind.PEOPLE: 3}
    )
    before = datetime(2026, 11, 24, 10, 59, tzinfo=UTC)
    for at in (before, before, before + timedelta(minutes=2)):
        note_person_read(rob, at=at)
    assert not ReadingAlarm.objects.exists()
    for _ in range(3):
        note_person_read(rob, at=before + timedelta(minutes=2))
    assert ReadingAlarm.objects.count() == 1


def test_without_the_cache_pages_still_open(rob, as_user, monkeypatch):
    person = make_notice().person
    client = as_user(rob)

    def away(*_):
        raise redis.ConnectionError

    monkeypatch.setattr(cache, "incr", away)
    assert client.get(f"/people/{person.key}/").status_code == 200


def test_somebody_else_looks_into_it(rob, emil, as_user):
    greta = make_user("Greta Sommer", Role.ADMINISTRATOR)
    alarm = ReadingAlarm.objects.create(
        user=emil,
        kind=ReadingKind.LOG,
        count=20,
        since="2026-11-24T12:00Z",
        raised_at="2026-11-24T12:05Z",
    )
    data = {"alarm": alarm.pk}
    said = as_user(emil).post(reverse("alarms"), data, follow=True)
    assert "Somebody else has to" in said.text
    with pytest.raises(MissingCapability):
        see_alarm(alarm=alarm, actor=rob, at="2026-11-24T13:00Z")
    for wrong in ("x", "9" * 40, "\u0663"):
        answer = as_user(greta).post(reverse("alarms"), {"alarm": wrong}, follow=True)
        assert "Choose an alarm of the list" in answer.text
    as_user(greta).post(reverse("alarms"), data)
    alarm.refresh_from_db()
    assert alarm.seen_by == greta
    record(action=Action.SIGNED_IN, actor=rob, target=rob)
    assert "Unusual reading" not in as_user(emil).get(reverse("today")).text

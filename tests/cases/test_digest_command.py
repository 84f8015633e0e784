"""`send_digests`: its counts, its dry run, its clock, and what it says to people."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.choices import Role
from cases.models import BeatTick, Digest, DigestDelivery
from tests.cases.digest_makers import (
    MONDAY,
    choose,
    delivery_of,
    follow_country,
    make_change,
    send,
)
from tests.factories import NOON, make_notice, make_user
from tests.services import DROP

pytestmark = pytest.mark.django_db
KEYS = {"due", "sent", "empty", "already", "failed", "unknown"}


def run(*args: str) -> str:
    out = StringIO()
    call_command("send_digests", *args, stdout=out)
    return out.getvalue()


def counts(at: datetime = MONDAY, *args: str) -> dict[str, int]:
    found = json.loads(run("--json", "--at", at.isoformat(), *args))
    assert set(found) >= KEYS
    return {name: count for name, count in found.items() if count}


@pytest.fixture
def readers():
    """Five readers: Ana and Ben have news, Carla has none, Dina has stopped, Emil is
    weekly by another clock.
    """
    make_notice()
    people = {}
    for name, code in [("Ana", "RU"), ("Ben", "RU"), ("Carla", "IR"), ("Dina", "RU")]:
        people[name] = make_user(f"{name} Invented", Role.ANALYST)
        follow_country(people[name], code)
    people["Emil"] = make_user(
        "Emil Invented", Role.ANALYST, time_zone="America/Los_Angeles"
    )
    follow_country(people["Emil"])
    setting = choose(people["Dina"])
    setting.stopped_at = NOON
    setting.save()
    return people


def test_the_counts_say_what_became_of_everyone(readers, mail_sink):
    mail_sink.script("dot", DROP, recipient=readers["Ana"].email)
    mail_sink.script("rcpt", "451 later", recipient=readers["Ben"].email)

    assert counts() == {
        "due": 4,
        "sent": 1,  # Emil: his Monday is to come, last week's is told
        "empty": 1,
        "failed": 1,
        "retry": 1,
        "unknown": 1,
    }
    assert counts() == {"already": 4}
    assert counts(MONDAY + timedelta(minutes=1)) == {"due": 1, "sent": 1, "already": 3}


def test_a_dry_run_says_it_all_and_does_nothing(readers, mail_sink):
    assert counts(MONDAY, "--dry-run") == {"due": 4, "empty": 1, "would_send": 3}

    assert mail_sink.arrived == []
    assert not Digest.objects.exists()
    assert counts() == {"due": 4, "sent": 3, "empty": 1}
    assert counts(MONDAY, "--dry-run") == {"already": 4}


def test_people_get_a_short_table(readers, mail_sink):
    text = run("--at", "2026-11-30T07:00+00:00", "--dry-run")

    assert "would send       3" in text
    assert "nothing new, no mail" in text


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00", ""])
def test_a_time_that_is_none_is_refused_in_words(at):
    with pytest.raises(CommandError, match="is not a time such as"):
        run("--at", at)


def test_a_time_without_a_zone_is_that_of_the_installation(readers, mail_sink):
    assert json.loads(run("--json", "--at", "2026-11-30T06:59"))["due"] == 4
    assert {one.period for one in Digest.objects.all()} == {"2026-W48"}


def test_the_hour_is_the_reader_s_own(mail_sink):
    reader = make_user("Ana Invented", Role.ANALYST, time_zone="Asia/Tokyo")
    follow_country(reader)
    choose(reader, "daily", 7)
    make_notice()
    tokyo = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)  # Monday 07:00 there

    assert counts(tokyo - timedelta(minutes=1)) == {"due": 1, "sent": 1}
    assert delivery_of(reader).digest.period == "2026-11-29"
    make_change(make_notice(), at=tokyo - timedelta(hours=1))
    assert counts(tokyo) == {"due": 1, "sent": 1}
    assert delivery_of(reader).digest.period == "2026-11-30"


def test_a_change_of_rhythm_zone_or_clock_loses_and_repeats_nothing(mail_sink):
    """A year in which the reader changes everything: each event once, one a period."""
    reader = make_user("Ana Invented", Role.ANALYST)
    follow_country(reader)
    notice = make_notice()
    zones = ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin"]
    at = NOON
    for step in range(50):
        make_change(notice, at=at - timedelta(hours=1), after=f"event {step}.")
        reader.time_zone = zones[step % 4]
        reader.save()
        choose(reader, "weekly" if step % 7 < 4 else "daily", step % 24)
        send(at)
        send(at - timedelta(hours=1))  # the clock is put back
        at += timedelta(days=3)
    send(at + timedelta(days=8))

    told = "".join(mail.part("plain") for mail in mail_sink.arrived)
    assert all(told.count(f"“event {step}.”") == 1 for step in range(50))
    periods = Digest.objects.values_list("period", flat=True)
    assert len(periods) == len(set(periods))


def test_nobody_is_told_about_a_week_that_began_before_they_followed(mail_sink):
    reader = make_user("Ana Invented", Role.ANALYST)
    follow_country(reader, at=MONDAY - timedelta(days=1))

    assert send(MONDAY - timedelta(hours=1)) == {}
    assert send(MONDAY) == {"due": 1, "empty": 1}


def test_a_digest_of_a_lapsed_lease_is_due_again(readers, mail_sink):
    send()
    DigestDelivery.objects.filter(state="sent").update(
        state="claimed", lease_until=timezone.now(), sent_at=None
    )

    assert counts() == {"due": 3, "sent": 3, "already": 1}


def test_a_delivery_that_ends_every_worker_is_given_up(readers, mail_sink):
    send()
    DigestDelivery.objects.filter(state="sent").update(
        state="composed", lease_until=timezone.now(), sent_at=None, attempt=20
    )

    assert counts() == {"already": 4}
    assert DigestDelivery.objects.filter(state="failed").count() == 3
    assert not BeatTick.objects.exists()

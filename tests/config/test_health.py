"""What the health doors say, to machines and to people."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from config import health, pulse

NOWHERE = "unix:///nowhere/broker.sock?db=0"


def test_alive_touches_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"alive\n"


def test_ready_when_every_part_answers(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]


def test_not_ready_names_the_part_and_nothing_more(
    client: Client, db: None, settings: Settings
) -> None:
    settings.REDIS_URL = NOWHERE
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"not ready: broker\n"


def test_not_ready_while_a_migration_waits(client: Client, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'mfa'")
    assert client.get("/readyz").content == b"not ready: migrations\n"


def test_not_ready_on_a_full_disk(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DISK_SHARE", 2)
    monkeypatch.setattr(health, "DISK_BYTES", 1 << 62)
    assert client.get("/readyz").content == b"not ready: disk\n"


@pytest.mark.parametrize("door", ["/healthz", "/readyz"])
def test_the_doors_change_nothing_and_set_no_cookie(
    client: Client, db: None, door: str
) -> None:
    assert client.post(door).status_code == 405
    assert not client.get(door).cookies


@pytest.mark.parametrize("door", ["/healthz", "/readyz"])
def test_a_probe_inside_the_container_is_not_sent_to_https(
    client: Client, db: None, settings: Settings, door: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(door).status_code == 200
    assert client.get("/account/login/").status_code == 301


def run(*arguments: str) -> tuple[dict[str, object], str]:
    """The JSON of `check_health`, and the sentence of its failure, if any."""
    out = StringIO()
    try:
        call_command("check_health", "--json", *arguments, stdout=out)
    except CommandError as error:
        return json.loads(out.getvalue()), str(error)
    return json.loads(out.getvalue()), ""


def test_people_read_which_part_is_not_in_order_and_what_to_do(db: None) -> None:
    report, sentence = run()
    assert report["ok"] is False
    assert sentence == "Not in order: worker, beat."
    by_name = {check["name"]: check for check in report["checks"]}
    assert list(by_name) == [
        *("database", "migrations", "broker", "disk", "worker", "beat", "backup")
    ]
    assert by_name["database"]["ok"] is True
    assert by_name["worker"]["detail"].endswith("Restart the worker.")


def test_all_is_well_once_worker_and_beat_gave_a_sign(db: None) -> None:
    for name in (pulse.WORKER, pulse.BEAT):
        pulse.record(name, at=timezone.now() - timedelta(minutes=4))
    assert run()[1] == ""


def test_a_part_that_is_silent_for_long_is_not_in_order(db: None) -> None:
    pulse.record(pulse.WORKER, at=timezone.now() - timedelta(minutes=6))
    pulse.record(pulse.BEAT, at=timezone.now())
    assert run()[1] == "Not in order: worker."
    assert run("--only", "beat")[1] == ""


def test_one_part_can_be_asked_alone_even_without_a_broker(
    db: None, settings: Settings
) -> None:
    settings.REDIS_URL = NOWHERE
    report, sentence = run("--only", "database")
    assert (report["ok"], sentence) == (True, "")
    assert run("--only", "broker")[1] == "Not in order: broker."


def test_people_get_a_short_table(db: None) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="Not in order: worker, beat"):
        call_command("check_health", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split()[:2] for line in lines][:2] == [
        ["ok", "database"],
        ["ok", "migrations"],
    ]
    assert lines[-2].startswith("FAILED beat")

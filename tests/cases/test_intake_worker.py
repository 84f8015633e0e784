"""Imports with a real worker: killed in the middle, two at a time, three tries."""

import json
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from cases.intake.services import MOST_ATTEMPTS, receive, run_import
from cases.intake.store import store
from cases.intake.tasks import ring_waiting, work
from cases.models import Review
from notices.choices import RunState
from notices.models import Charge, FeedRun, Notice, NoticeVersion, Sighting
from tests.factories import make_user
from tests.notices.feed_rows import as_lines, detail, write
from tests.notices.test_ingest_rows import warrants_of
from tests.services import wait_until

ROWS = [detail(f"2024/{number}") for number in range(1, 2_201)]


@pytest.fixture
def own_files(settings, tmp_path) -> str:
    """A data folder that this process and the worker share, and nobody else."""
    settings.FILES_DIR = tmp_path / "data" / "files"
    return str(tmp_path / "data")


def upload(rows, folder):
    client = Client()
    client.force_login(make_user("Ana Lindqvist", Role.ANALYST))
    path = write(folder, "list.jsonl", as_lines(rows))
    with path.open("rb") as file:
        given = {"uploads": file, "source_format": "auto", "is_full": "on"}
        assert client.post(reverse("import-new"), given).status_code == 302
    return FeedRun.objects.latest("pk")


def is_over(run):
    return not FeedRun.objects.filter(
        pk=run.pk, state__in=[RunState.RECEIVED, RunState.READING]
    ).exists()


def test_a_killed_import_goes_on_where_it_was(
    start_worker, django_db_blocker, own_files, tmp_path
):
    with django_db_blocker.unblock():
        known = ROWS[1_500]
        path = write(tmp_path, "first.json", [known])
        call_command("import_notices", str(path), "--json")
        worker = start_worker(TRACKER_DATA_DIR=own_files)
        with transaction.atomic():
            # The worker gets as far as the second batch and waits for this row.
            notice = Notice.objects.select_for_update().get(
                reference=known["entity_id"]
            )
            run = upload_in_thread(tmp_path)
            wait_until(lambda: FeedRun.objects.filter(pk=run, read=1_000).exists())
            worker.kill()
        assert FeedRun.objects.get(pk=run).state == RunState.READING

        FeedRun.objects.filter(pk=run).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        start_worker(TRACKER_DATA_DIR=own_files)
        ring_waiting()
        wait_until(lambda: is_over(FeedRun.objects.get(pk=run)))

        done = FeedRun.objects.get(pk=run)
        assert done.state == RunState.COMPLETE
        assert done.attempt == 2
        assert (done.read, done.created, done.unchanged) == (2_200, 2_199, 1)
        for model in (Notice, NoticeVersion, Charge, Sighting):
            assert model.objects.count() == 2_200
        assert warrants_of(notice) == [("RU", ["Invented charge of fraud"])]
        wait_until(lambda: Review.objects.count() == 2_200)


def upload_in_thread(folder):
    """Upload on another connection, so that it commits while this one holds a lock."""
    found = []

    def go():
        found.append(upload(ROWS, folder).pk)
        connections.close_all()

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    return found[0]


def test_two_imports_at_once_go_one_after_the_other(
    real_database, own_broker, django_db_blocker, own_files, tmp_path, capfd
):
    path = str(write(tmp_path, "list.jsonl", as_lines(ROWS[:1_200])))

    def go():
        call_command("import_notices", path, "--full", "--json")
        connections.close_all()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=go) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        lines = [line for line in capfd.readouterr().out.splitlines() if line]
        created = sorted(json.loads(line)["created"] for line in lines)
        assert created == [0, 1_200]
        assert Notice.objects.count() == NoticeVersion.objects.count() == 1_200
        assert FeedRun.objects.filter(state=RunState.COMPLETE).count() == 2


def received(folder, rows):
    path = write(folder, "list.jsonl", as_lines(rows))
    with path.open("rb") as file:
        return receive(
            files=[store(path.name, file)], actor=None, at=timezone.now(), is_full=True
        )


@pytest.mark.django_db
def test_what_a_dead_process_left_is_finished_before_the_next_import(tmp_path):
    left = received(tmp_path, ROWS[:3])
    FeedRun.objects.filter(pk=left.pk).update(state=RunState.READING, attempt=1)
    new = received(tmp_path, ROWS[:2])

    run_import(run_id=new.pk, at=timezone.now(), clock=timezone.now)

    left.refresh_from_db()
    new.refresh_from_db()
    assert (left.state, left.created) == (RunState.COMPLETE, 3)
    assert (new.state, new.unchanged, new.absent) == (RunState.COMPLETE, 2, 1)


@pytest.mark.django_db
def test_a_run_that_stops_every_time_fails_in_words_and_lets_others_go_on(tmp_path):
    run = received(tmp_path, ROWS[:2])
    FeedRun.objects.filter(pk=run.pk).update(
        state=RunState.READING, attempt=MOST_ATTEMPTS
    )

    work(run.pk)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "stopped 3 times" in run.failure


@pytest.mark.django_db
def test_a_second_ring_does_nothing(tmp_path):
    run = received(tmp_path, ROWS[:2])
    work(run.pk)
    work(run.pk)

    run.refresh_from_db()
    assert (run.attempt, run.created) == (1, 2)


@pytest.mark.django_db
def test_changes_that_a_stop_left_unscreened_are_finished_by_the_sweeper(
    tmp_path, own_broker
):
    run = received(tmp_path, ROWS[:2])
    work(run.pk)
    Notice.objects.get(reference="2024/1").changes.update(consumed_at=None)
    Review.objects.filter(notice__reference="2024/1").delete()

    ring_waiting()

    assert Review.objects.count() == 2


@pytest.mark.django_db
def test_a_stored_file_that_is_gone_fails_in_words(tmp_path, settings):
    run = received(tmp_path, ROWS[:2])
    for path in (settings.FILES_DIR / "feeds").iterdir():
        path.unlink()

    work(run.pk)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "is gone" in run.failure

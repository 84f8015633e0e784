"""Migrating: one run at a time, whoever was killed before."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from config.management.commands.migrate import LOCK
from tests.services import wait_until


@pytest.mark.django_db(transaction=True)
def test_a_run_waits_for_another_to_end():
    other = connection.copy()
    done = threading.Event()

    def migrate() -> None:
        call_command("migrate", verbosity=0)
        connection.close()
        done.set()

    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        run = threading.Thread(target=migrate)
        run.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND objid = %s"

        def waits() -> bool:
            cursor.execute(waiting, [LOCK])
            return cursor.fetchone()[0] == 1

        wait_until(waits, seconds=20)
        assert not done.is_set()
    other.close()
    run.join(30)
    assert done.is_set()

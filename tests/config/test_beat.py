"""However many beats run, one ticks; when it is gone, a standby does."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings

from config.beat import LOCK
from tests.services import wait_until

BEAT = """
import sys
from config.celery import app
app.conf.beat_schedule = {
    "tick": {"task": "nobody.does.this", "schedule": 0.05, "args": [sys.argv[1]]}
}
app.Beat(loglevel="WARNING").run()
"""


class Beat:
    """A beat process that signs each message it sends with its name."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.path = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", BEAT, name],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self, words: str) -> int:
        assert self.process.poll() is None, self.path.read_text()
        return self.path.read_text().count(words)


@pytest.fixture
def start_beat(
    real_database: str, own_broker: str, tmp_path: Path
) -> Iterator[Callable[[str], Beat]]:
    started: list[Beat] = []
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": real_database,
        "REDIS_URL": own_broker,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEY": ",".join(settings.FIELD_KEYS),
        "ALLOWED_HOSTS": "localhost",
        "BASE_URL": "http://localhost:8000",
    }

    def start(name: str) -> Beat:
        beat = Beat(name, environment, tmp_path / f"{name}.log")
        started.append(beat)
        return beat

    yield start
    for beat in started:
        beat.process.kill()
        beat.process.wait()


@pytest.fixture
def sent(own_broker: str) -> Iterator[Callable[[], Counter[str]]]:
    """Return a function that counts the messages so far, by the beat that sent them."""
    with redis.Redis.from_url(own_broker) as client:

        def count() -> Counter[str]:
            messages = client.lrange("celery", 0, -1)
            return Counter(
                json.loads(message)["headers"]["argsrepr"] for message in messages
            )

        yield count


def test_one_of_two_ticks_and_the_other_takes_over(
    start_beat: Callable[[str], Beat], sent: Callable[[], Counter[str]]
) -> None:
    first = start_beat("first")
    wait_until(lambda: sent()["['first']"] > 2)
    second = start_beat("second")
    wait_until(lambda: second.said("another beat ticks"))
    before = sent()
    wait_until(lambda: sent()["['first']"] > before["['first']"] + 10)
    assert sent()["['second']"] == 0
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    last = sent()["['first']"]
    wait_until(lambda: sent()["['second']"] > 2)
    assert sent()["['first']"] == last


def test_a_beat_that_lost_its_connection_lets_another_tick(
    start_beat: Callable[[str], Beat],
    sent: Callable[[], Counter[str]],
    real_database: str,
) -> None:
    first = start_beat("first")
    wait_until(lambda: first.said("this beat ticks"))
    second = start_beat("second")
    wait_until(lambda: second.said("another beat ticks"))
    connection = psycopg2.connect(real_database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND objid = %s AND granted",
            [LOCK],
        )
        assert cursor.fetchall() == [(True,)]
    connection.close()
    # Whoever was quicker has it now; never both.
    wait_until(lambda: first.said("no database, waiting"))
    wait_until(
        lambda: (
            first.said("this beat ticks") + second.said("this beat ticks") == 2
            and first.said("another beat ticks") + second.said("another beat ticks")
        )
    )
    before = sent().total()
    wait_until(lambda: sent().total() > before + 3)


def test_the_leader_is_written_down_for_the_health_page(
    start_beat: Callable[[str], Beat], real_database: str
) -> None:
    start_beat("only")

    def signs() -> int:
        connection = psycopg2.connect(real_database)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT name FROM cases_beattick")
                return cursor.fetchall() == [("beat",)]
        finally:
            connection.close()

    wait_until(signs)

"""Real parts around the app for tests: an SMTP server with a script, a worker process,
a database that commits.

`mail_sink` is a server that takes mail on a free port and answers as it was told.
`real_database` is a copy of the test database: what a test commits there is seen by
other processes, and gone afterwards. `start_worker` starts a Celery worker on it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from config.celery import app
from config.embedded import broker_url
from tests.sink import DROP, HOLD, HOST, PATIENCE, MailSink

__all__ = ["DROP", "HOLD", "MailSink", "Worker", "wait_until"]


def wait_until(what: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    """Return when `what()` is true; fail the test if it never is."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "what the test waits for does not happen"
        time.sleep(0.02)


@pytest.fixture
def mail_sink(settings) -> Iterator[MailSink]:
    """A real SMTP server that the app in this process sends to."""
    sink = MailSink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, sink.port
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def _database_of_tests(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The test database, also in a run whose tests use nothing but copies of it.

    pytest-django makes none then, and the connection would be to the data of the user.
    """
    with django_db_blocker.unblock():
        if connection.settings_dict["NAME"].startswith("test_"):
            yield
            return
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        yield
        teardown_databases(made, verbosity=0)


@pytest.fixture
def real_database(_database_of_tests, django_db_blocker) -> Iterator[str]:
    """A copy of the test database that commits; its value is a DATABASE_URL.

    Use it instead of the `db` fixture. Emptying the tables afterwards, as
    `transactional_db` does, is what an append-only log refuses.
    """
    wrapped = connection.settings_dict
    template = wrapped["NAME"]
    copy = f"{template}_real"
    with django_db_blocker.unblock():
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
        wrapped["NAME"] = copy
        try:
            yield _database_url(wrapped)
        finally:
            connections.close_all()
            wrapped["NAME"] = template
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
            connections.close_all()


@pytest.fixture
def own_broker(worker_id: str) -> Iterator[str]:
    """An empty broker database of this test process; its value is a REDIS_URL."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id != "master" else 15
    head, mark, rest = django_settings.REDIS_URL.rpartition("db=")
    if mark:
        url = f"{head}db={number}"
    else:
        url = urlsplit(rest)._replace(path=f"/{number}").geturl()
    before = app.conf.broker_url
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        app.conf.broker_url = broker_url(url)
        app._after_fork()  # forget connections to the other broker database
        yield url
        app.conf.broker_url = before
        app._after_fork()
        client.flushdb()


class Worker:
    """A Celery worker process, alone in its process group."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
        options = ["--concurrency=1", "--loglevel=INFO"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [*command, *options, *quiet],
                cwd=django_settings.BASE_DIR,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def wait_ready(self) -> None:
        wait_until(self._is_ready)

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, self.log
        return " ready." in self.log

    def kill(self) -> None:
        """End it as `kill -9` does, with everything it started."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


@pytest.fixture
def start_worker(
    real_database: str, own_broker: str, tmp_path: Path
) -> Iterator[Callable[..., Worker]]:
    """Return a function that starts a worker on the database and broker of the test.

    Keyword arguments are further environment variables, such as `EMAIL_URL`.
    """
    started: list[Worker] = []

    def start(**environment: str) -> Worker:
        worker = Worker(
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": real_database,
                "REDIS_URL": own_broker,
                "SECRET_KEY": django_settings.SECRET_KEY,
                "FIELD_KEY": ",".join(django_settings.FIELD_KEYS),
                "ALLOWED_HOSTS": "testserver,localhost",
                "BASE_URL": django_settings.BASE_URL,
                "LOG_LEVEL": "INFO",
                **environment,
            },
            tmp_path / f"worker{len(started)}.log",
        )
        started.append(worker)
        worker.wait_ready()
        return worker

    yield start
    for worker in started:
        worker.thaw()
        worker.kill()


def _database_url(values: dict[str, str]) -> str:
    user, password = quote(values["USER"]), quote(values["PASSWORD"])
    who = f"{user}:{password}" if password else user
    host, port, name = values["HOST"], values["PORT"], quote(values["NAME"])
    if host.startswith("/"):
        return f"postgres://{who}@/{name}?host={host}"
    return f"postgres://{who}@{host}:{port or 5432}/{name}"

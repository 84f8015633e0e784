"""Everything the demo consists of, brought up in order and taken down in order."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2

from config.demo.children import Child, manage
from config.demo.mail import MailCatcher
from config.demo.ports import HOST
from config.embedded import CODE, Installation

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
# What would send the demo to servers that are not its own.
FOREIGN = {
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "FIELD_KEY"),
    *(
        "BASE_URL",
        "ALLOWED_HOSTS",
        "DEBUG",
        "SSL_REDIRECT",
        "BEHIND_PROXY",
        "STATIC_ROOT",
    ),
}
HAS_NOTICES = "SELECT EXISTS (SELECT FROM notices_notice)"
SOMEBODY_SIGNED_IN = (
    "SELECT EXISTS (SELECT FROM accounts_user WHERE last_login IS NOT NULL)"
)


class DemoError(RuntimeError):
    """The demo cannot go on; the text says why, for people."""


class Stack:
    """Servers, mail catcher, web, worker and beat of one data folder."""

    def __init__(
        self,
        installation: Installation,
        port: int,
        *,
        size: str,
        tell: Callable[[str], None],
    ) -> None:
        self.installation = installation
        self.port = port
        self._size = size
        self._tell = tell
        self.address = f"http://{HOST}:{port}"
        self.mail_folder = installation.data_dir / "mail"
        self._mail = MailCatcher(self.mail_folder)
        self._children: list[Child] = []
        self._environment: dict[str, str] = {}

    def start(self) -> None:
        """Return when pages are served; raises DemoError or EmbeddedError if not."""
        self.installation.attach()
        self._environment = self._make_environment(self._mail.start())
        self._fill()
        self.manage("collectstatic", "--no-input", "--clear", "--verbosity", "0")
        self._children = self._make_children()
        for child in self._children:
            child.start()
        self._wait_until_ready()

    def watch(self) -> list[str]:
        """Bring back what died; return sentences about it."""
        self.installation.attach()
        return [said for child in self._children if (said := child.revive())]

    def stop(self) -> None:
        """Stop everything, the clock first and the servers last."""
        for child in reversed(self._children):
            child.stop(patience=STOP_SECONDS)
        self._mail.stop()
        self.installation.release(wait=True)

    def last_words(self) -> str:
        """Return the end of what web, worker and beat said, for an error message."""
        return "\n".join(
            f"--- {c.log.name}\n{last_words(c.log)}" for c in self._children
        )

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end and return its output."""
        result = subprocess.run(  # noqa: S603 - our own program
            manage(*arguments),
            env=self._environment,
            cwd=CODE,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise DemoError(f"{arguments[0]} failed:\n{result.stderr.strip()}")
        return result.stdout

    def ring(self, task: str) -> None:
        """Ask the worker to do a task now, as beat does when it is due."""
        result = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "celery", "-A", "config", "call", task],
            env=self._environment,
            cwd=CODE,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise DemoError(f"The worker cannot be rung:\n{result.stderr.strip()}")

    def _fill(self) -> None:
        """Bring the tables up to date and put the demo's people in, once.

        A mark tells that this was begun: if it was killed, the half is thrown away.
        """
        mark = self.installation.data_dir / "demo-unfinished"
        self.manage("migrate", "--verbosity", "0")
        if mark.exists() and not self._ask(SOMEBODY_SIGNED_IN):
            self._empty()
            self.manage("migrate", "--verbosity", "0")
        if not self._ask(HAS_NOTICES):
            self._tell("Inventing people and their notices, this first time …")
            mark.touch()
            self.manage("make_demo", "--size", self._size)
        mark.unlink(missing_ok=True)

    def _make_environment(self, email_url: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.removesuffix("_FILE") not in FOREIGN
        }
        return kept | {
            "TRACKER_DATA_DIR": str(self.installation.data_dir),
            "DEMO": "1",
            "BASE_URL": self.address,
            "EMAIL_URL": email_url,
            "STATIC_ROOT": str(self.installation.data_dir / "static"),
            "REQUIRE_SECOND_FACTOR": "0",
            "PYTHONUNBUFFERED": "1",
            "C_FORCE_ROOT": "1",
        }

    def _make_children(self) -> list[Child]:
        celery = [sys.executable, "-m", "celery", "-A", "config"]
        commands = {
            "web": [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", HOST, "--port", str(self.port), "--no-ws"),
                *("--workers", "1", "--blocking-threads", "8"),
                *("--workers-kill-timeout", "5"),
                *("--log-level", "warning", "config.wsgi:application"),
            ],
            "worker": [
                *celery,
                *("worker", "--concurrency", "2", "--loglevel", "WARNING"),
            ],
            "beat": [*celery, "beat", "--loglevel", "WARNING"],
        }
        logs = self.installation.logs
        return [
            Child(name, command, self._environment, logs / f"{name}.log")
            for name, command in commands.items()
        ]

    def _ask(self, question: str) -> bool:
        with self._connect("tracker") as cursor:
            cursor.execute(question)
            (answer,) = cursor.fetchone()
            return bool(answer)

    def _empty(self) -> None:
        with self._connect("postgres") as cursor:
            cursor.execute("DROP DATABASE tracker WITH (FORCE)")
            cursor.execute("CREATE DATABASE tracker TEMPLATE template0")

    @contextlib.contextmanager
    def _connect(self, name: str) -> Iterator[Any]:
        connection = psycopg2.connect(self.installation.database_url, dbname=name)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def _wait_until_ready(self) -> None:
        web = self._children[0]
        deadline = time.monotonic() + READY_SECONDS
        said = ""
        while (answer := self._readiness()) != "ready":
            said = answer or said
            if web.process is None or web.process.poll() is not None:
                raise DemoError(f"The web server ended.\n{last_words(web.log)}")
            if time.monotonic() > deadline:
                raise DemoError(
                    f"Not ready after {READY_SECONDS:.0f} s. {said}\n"
                    + last_words(web.log)
                )
            time.sleep(0.1)

    def _readiness(self) -> str:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().read(200).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException):
            return ""
        finally:
            connection.close()


def last_words(log: Path, lines: int = 15) -> str:
    """Return the end of a log for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

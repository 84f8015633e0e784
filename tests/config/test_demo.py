"""The demo in front of a terminal: up with one command, down without a trace."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.conf import settings

from cases.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from config.demo.ports import any_free
from config.embedded import Installation
from tests.services import wait_until

PARTS = ("granian", "celery", "config.keeper", "postgres", "valkey-server")


class Demo:
    """One `bin/demo` on a data folder of its own, and everything that it started."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation(folder / "data")
        self.port = any_free()
        self.out, self.err = folder / "out", folder / "err"
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "config.demo"),
                    *("--port", str(self.port), "--size", "small"),
                ],
                cwd=settings.BASE_DIR,
                env={
                    "PATH": os.defpath,
                    "TRACKER_DATA_DIR": str(self.installation.data_dir),
                    # An operator's shell may point to a real installation.
                    "DATABASE_URL": "postgres://tracker@real.example/tracker",
                    "REDIS_URL": "redis://real.example/0",
                    "EMAIL_URL": "smtp://real.example:25",
                },
                stdout=out,
                stderr=err,
            )

    def wait_ready(self) -> None:
        wait_until(self._is_ready, seconds=120)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.err.read_text()
        return "Ctrl-C stops everything" in self.out.read_text()

    def everyone(self) -> list[psutil.Process]:
        """The supervisor, its children, and the servers of the data folder."""
        supervisor = psutil.Process(self.process.pid)
        keeper = psutil.Process(self.installation.state()["keeper"])
        found = [
            process
            for parent in (supervisor, keeper)
            for process in (parent, *parent.children(recursive=True))
        ]
        words = " ".join(word for process in found for word in words_of(process))
        assert [part for part in PARTS if part not in words] == []
        return found

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def count(self) -> int:
        connection = psycopg2.connect(self.installation.database_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM notices_notice")
                return cursor.fetchone()[0]
        finally:
            connection.close()


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; nothing if it has ended, as helpers do."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture(scope="module")
def folder(open_tmp_factory: Path) -> Path:
    return open_tmp_factory


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    """On the data of the tests before it, as a person starts it again."""
    made = Demo(folder)
    made.wait_ready()
    yield made
    if made.process.poll() is None:
        made.process.terminate()
        made.process.wait(60)
    made.installation.stop()


def gone(processes: list[psutil.Process]) -> bool:
    # Whoever has ended but was not waited for yet has no command line any more.
    return not any(words_of(process) for process in processes if process.is_running())


def test_a_first_start_that_was_killed_half_way_is_begun_again(folder: Path) -> None:
    killed = Demo(folder)
    mark = killed.installation.data_dir / "demo-unfinished"
    wait_until(mark.exists, seconds=60)
    wait_until(lambda: killed.count() > 0, seconds=60)
    started = psutil.Process(killed.process.pid).children(recursive=True)
    for process in started:
        process.kill()
    killed.process.kill()
    killed.process.wait()
    assert mark.exists()

    again = Demo(folder)
    again.wait_ready()
    assert not mark.exists()
    again.process.terminate()
    assert again.process.wait(60) == 0


def test_it_says_where_it_is_and_who_may_sign_in_and_a_kill_leaves_nothing(
    demo: Demo,
) -> None:
    said = demo.out.read_text()
    assert f"http://127.0.0.1:{demo.port}" in said
    assert DEMO_PASSWORD in said
    assert [login.email for login in DEMO_LOGINS if login.email not in said] == []
    assert demo.get("/readyz") == (200, "ready\n")
    status, page = demo.get("/account/login/")
    assert status == 200
    assert re.search(r"<h1[^>]*>[^<]*Sign in", page)
    assert demo.count() > 50

    everyone = demo.everyone()
    demo.process.kill()
    wait_until(lambda: gone(everyone))
    assert not demo.installation.socket_dir.exists()


def test_it_goes_on_with_its_data_revives_what_dies_and_ends_cleanly(
    demo: Demo,
) -> None:
    before = demo.count()
    assert before > 50
    everyone = demo.everyone()
    web = next(p for p in everyone if "granian" in words_of(p))
    web.kill()
    wait_until(lambda: "web ended (code -9)" in demo.err.read_text())
    wait_until(lambda: demo.get("/readyz")[0] == 200)
    keeper = demo.installation.state()["keeper"]
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: demo.installation.state()["keeper"] not in (None, keeper))
    wait_until(lambda: demo.get("/readyz")[0] == 200)
    assert demo.count() == before

    everyone = demo.everyone()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    wait_until(lambda: gone(everyone))
    assert not demo.installation.socket_dir.exists()
    assert demo.get("/readyz") == (0, "")


def test_a_taken_port_is_told_in_a_sentence(folder: Path) -> None:
    port = any_free()
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [sys.executable, "-m", "config.demo", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env={"PATH": os.defpath, "TRACKER_DATA_DIR": str(folder / "unused")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Port {port} is taken. Choose another with --port.\n"
    assert not (folder / "unused").exists()

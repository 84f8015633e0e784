"""The embedded servers by hand: `manage.py services` and the commands around it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config.embedded import Installation

Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(open_tmp: Path) -> Iterator[Path]:
    yield open_tmp / "data"
    Installation(open_tmp / "data").stop()


@pytest.fixture
def manage(folder: Path) -> Manage:
    """Run a management command on a data folder of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={
                "PATH": os.defpath,
                "TRACKER_DATA_DIR": str(folder),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def status(manage: Manage) -> dict[str, object]:
    return json.loads(manage("services", "status", "--json").stdout)


def test_status_starts_nothing(manage: Manage, folder: Path) -> None:
    assert status(manage) == {
        "running": False,
        "keeper": None,
        "database": False,
        "broker": False,
        "kept": False,
        "in_use": False,
        "data_dir": str(folder),
    }
    assert not (folder / "postgres").exists()


def test_started_by_hand_they_stay_until_stopped_by_hand(manage: Manage) -> None:
    assert manage("services", "start").returncode == 0
    now = status(manage)
    assert (now["running"], now["kept"], now["in_use"]) == (True, True, False)
    stopped = manage("services", "stop")
    assert stopped.returncode == 0
    assert status(manage)["running"] is False


def test_they_are_not_taken_from_somebody_who_uses_them(
    manage: Manage, folder: Path
) -> None:
    mine = Installation(folder)
    mine.attach()
    refused = manage("services", "stop")
    assert refused.returncode == 1
    assert "Another program uses them" in refused.stderr
    assert mine.database_answers()
    assert manage("services", "stop", "--force").returncode == 0
    assert not mine.database_answers()
    mine.release()


def test_any_command_brings_them_up_by_itself(manage: Manage) -> None:
    done = manage("showmigrations", "--plan")
    assert done.returncode == 0, done.stderr
    assert "accounts.0001_initial" in done.stdout


@pytest.mark.parametrize(
    "arguments", [["help"], ["migrate", "--help"], ["--version"], []]
)
def test_help_needs_no_servers(
    manage: Manage, folder: Path, arguments: list[str]
) -> None:
    assert manage(*arguments).returncode == 0
    assert not (folder / "postgres").exists()


def test_an_installation_with_servers_of_its_own_has_none_to_handle(
    manage: Manage,
) -> None:
    done = manage(
        *("services", "status"),
        DATABASE_URL="postgres://tracker@/tracker?host=/run/db",
        REDIS_URL="rediss://broker:6379/0",
        SECRET_KEY="k7f2w9x4m1q8z5t3" * 4,
        FIELD_KEY="q8z5t3k7f2w9x4m1" * 4,
        ALLOWED_HOSTS="tracker.example",
        BASE_URL="https://tracker.example",
    )
    assert done.returncode == 1
    assert "there are none to handle here" in done.stderr


def test_a_data_folder_that_cannot_be_used_is_told_in_a_sentence(
    manage: Manage, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    done = manage("migrate", TRACKER_DATA_DIR=str(tmp_path / "file"))
    assert done.returncode == 1
    assert "Set TRACKER_DATA_DIR to a folder that you may write to." in done.stderr
    assert "Traceback" not in done.stderr

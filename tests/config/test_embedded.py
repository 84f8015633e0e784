"""The embedded servers: brought up on demand, never doubled, never left behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis
from django.conf import settings

from config.embedded import EmbeddedError, Installation, broker_url
from tests.services import wait_until

USER = """
import sys, time
from pathlib import Path
from config.embedded import Installation
Installation(Path(sys.argv[1])).attach()
print("attached", flush=True)
time.sleep(600)
"""


@pytest.fixture
def installation(open_tmp: Path) -> Iterator[Installation]:
    made = Installation(open_tmp / "data folder")
    yield made
    made.release()
    if made.data_dir.exists():
        made.stop()
    wait_until(lambda: not servers_of(made))
    assert not made.socket_dir.exists()


@pytest.fixture
def start_user(
    installation: Installation,
) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start another process that uses the servers, and wait until it has them."""
    started = []

    def start() -> subprocess.Popen[str]:
        user = subprocess.Popen(
            [sys.executable, "-c", USER, str(installation.data_dir)],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(user)
        return user

    yield start
    for user in started:
        user.kill()
        user.communicate()


def servers_of(installation: Installation) -> list[psutil.Process]:
    """Keeper, PostgreSQL with its helpers, and broker of that data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            place = process.cwd()
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
        except psutil.Error:
            continue
        keeper = words[1:4] == ["-m", "config.keeper", str(installation.data_dir)]
        if keeper or place.startswith(f"{installation.data_dir}/"):
            found.append(process)
    return found


def named(installation: Installation, name: str) -> psutil.Process:
    """The main process of that program."""
    wait_until(lambda: _named(installation, name))
    return _named(installation, name)[0]


def _named(installation: Installation, name: str) -> list[psutil.Process]:
    found = {}
    for process in servers_of(installation):
        with suppress(psutil.Error):  # helpers come and go
            if process.name() == name:
                found[process] = process.ppid()
    numbers = {process.pid for process in found}
    return [process for process, parent in found.items() if parent not in numbers]


def query(installation: Installation, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(
        host=installation.socket_dir, user="postgres", dbname="tracker"
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_making_one_touches_nothing(tmp_path: Path) -> None:
    made = Installation(tmp_path / "never")
    assert made.database_url
    assert made.redis_url
    assert made.state() == {
        "keeper": None,
        "database": False,
        "broker": False,
        "kept": False,
    }
    assert not made.in_use()
    assert list(tmp_path.iterdir()) == []
    assert not made.socket_dir.exists()


def test_servers_come_up_keep_their_data_and_go_when_nobody_is_left(
    installation: Installation,
) -> None:
    installation.attach()
    query(installation, "CREATE TABLE kept (word text)")
    query(installation, "INSERT INTO kept VALUES ('Щукин')")
    broker = redis.Redis.from_url(installation.redis_url)
    broker.lpush("queue", "a message")
    assert installation.release(wait=True)
    wait_until(lambda: not servers_of(installation))

    installation.attach()
    assert query(installation, "SELECT word FROM kept") == [("Щукин",)]
    assert broker.lrange("queue", 0, -1) == [b"a message"]
    broker.close()


def test_the_database_knows_letters_of_every_script_and_listens_on_no_port(
    installation: Installation,
) -> None:
    installation.attach()
    query(installation, "CREATE EXTENSION pg_trgm")
    assert query(installation, "SELECT upper('щукин é')") == [("ЩУКИН É",)]
    (trigrams,) = query(installation, "SELECT array_length(show_trgm('щукин'), 1)")
    assert trigrams == (6,)
    assert query(installation, "SHOW fsync") == [("on",)]
    for process in servers_of(installation):
        assert process.net_connections("tcp") == []
    assert installation.socket_dir.stat().st_mode & 0o077 == 0


def test_two_data_folders_run_side_by_side_and_never_meet(
    installation: Installation, open_tmp: Path
) -> None:
    other = Installation(open_tmp / "other")
    installation.attach()
    other.attach()
    query(installation, "CREATE TABLE only_here ()")
    assert query(other, "SELECT to_regclass('only_here')") == [(None,)]
    assert other.release(wait=True)
    assert query(installation, "SELECT 1") == [(1,)]


def test_many_that_begin_at_once_share_one_keeper(
    installation: Installation,
    start_user: Callable[[], subprocess.Popen[str]],
) -> None:
    users = [start_user() for _ in range(6)]
    assert [user.stdout.readline() for user in users if user.stdout] == [
        "attached\n"
    ] * 6
    keepers = [p for p in servers_of(installation) if "config.keeper" in p.cmdline()]
    assert len(keepers) == 1


def test_servers_end_by_themselves_after_their_last_user_was_killed(
    installation: Installation,
    start_user: Callable[[], subprocess.Popen[str]],
) -> None:
    first, second = start_user(), start_user()
    for user in (first, second):
        assert user.stdout
        user.stdout.readline()
    first.kill()
    first.wait()
    assert installation.in_use()
    assert servers_of(installation)
    second.kill()
    wait_until(lambda: not servers_of(installation))


def test_leaving_does_not_take_the_servers_from_another_user(
    installation: Installation,
    start_user: Callable[[], subprocess.Popen[str]],
) -> None:
    installation.attach()
    other = start_user()
    assert other.stdout
    other.stdout.readline()
    assert not installation.release(wait=True)
    assert installation.database_answers()
    assert installation.broker_answers()


def test_a_killed_keeper_takes_its_servers_along_and_is_replaced(
    installation: Installation,
) -> None:
    installation.attach()
    query(installation, "CREATE TABLE kept ()")
    keeper = installation.state()["keeper"]
    assert keeper
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: not servers_of(installation))
    installation.attach()
    assert query(installation, "SELECT count(*) FROM kept") == [(0,)]
    assert installation.state()["keeper"] != keeper


def test_a_next_command_while_the_servers_of_a_killed_keeper_still_stop_works(
    installation: Installation,
) -> None:
    installation.attach()
    keeper = installation.state()["keeper"]
    assert keeper
    process = psutil.Process(keeper)
    process.kill()
    wait_until(lambda: not process.is_running())
    installation.attach()
    assert query(installation, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("name", ["postgres", "valkey-server"])
def test_a_killed_server_is_started_again_with_its_data(
    installation: Installation, name: str
) -> None:
    installation.attach()
    query(installation, "CREATE TABLE kept ()")
    named(installation, name).kill()
    wait_until(
        lambda: not (installation.database_answers() and installation.broker_answers())
    )
    installation.attach()
    assert query(installation, "SELECT count(*) FROM kept") == [(0,)]


def test_a_folder_above_that_was_closed_meanwhile_does_not_keep_a_server_down(
    installation: Installation,
) -> None:
    """As root the servers run as another user, who has to pass through it."""
    installation.attach()
    above = installation.data_dir.parent
    above.chmod(0o700)
    named(installation, "valkey-server").kill()
    wait_until(lambda: not installation.broker_answers())
    installation.attach()
    assert installation.broker_answers()


def test_everything_killed_at_once_and_a_pid_file_that_names_a_stranger(
    installation: Installation,
) -> None:
    """The number in a stale pid file may long belong to another program."""
    installation.attach()
    query(installation, "CREATE TABLE kept ()")
    for process in servers_of(installation):
        with suppress(psutil.NoSuchProcess):  # a helper ends with its parent
            process.kill()
    wait_until(lambda: not servers_of(installation))
    pid_file = installation.data_dir / "postgres" / "postmaster.pid"
    stale = pid_file.read_text().splitlines()
    stale[0] = str(os.getpid())
    pid_file.write_text("\n".join(stale) + "\n")
    installation.attach()
    assert query(installation, "SELECT count(*) FROM kept") == [(0,)]


def test_a_deleted_data_folder_leaves_no_server_behind(
    installation: Installation,
) -> None:
    installation.attach()
    # The servers still write while their folder goes, so it may take a second attempt.
    wait_until(
        lambda: (
            shutil.rmtree(installation.data_dir, ignore_errors=True)
            or not installation.data_dir.exists()
        )
    )
    wait_until(lambda: not servers_of(installation))
    wait_until(lambda: not installation.socket_dir.exists())


def test_a_data_folder_made_anew_at_the_same_place_starts_empty(
    installation: Installation,
) -> None:
    installation.attach()
    query(installation, "CREATE TABLE gone ()")
    installation.data_dir.rename(installation.data_dir.with_name("moved away"))
    installation.attach()
    assert query(installation, "SELECT to_regclass('gone')") == [(None,)]


def test_a_socket_folder_of_someone_else_is_refused(
    installation: Installation, open_tmp: Path
) -> None:
    trap = open_tmp / "trap"
    trap.mkdir()
    installation.socket_dir.symlink_to(trap)
    with pytest.raises(EmbeddedError, match="made by someone else"):
        installation.attach()
    installation.socket_dir.unlink()
    assert list(trap.iterdir()) == []


def test_half_a_database_is_not_overwritten(installation: Installation) -> None:
    left = installation.data_dir / "postgres" / "base"
    left.mkdir(parents=True)
    with pytest.raises(EmbeddedError, match="not a whole database"):
        installation.attach()
    assert left.exists()


def test_a_data_folder_that_cannot_be_made_is_reported_in_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EmbeddedError, match="Set TRACKER_DATA_DIR"):
        Installation(tmp_path / "file" / "data").attach()


def test_a_secret_is_made_once_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    made = Installation(tmp_path / "data")
    secret = made.secret("secret_key")
    assert len(secret) >= 50
    assert made.secret("secret_key") == secret
    assert Installation(tmp_path / "x").secret("secret_key") != secret
    (path,) = (made.data_dir / "secrets").iterdir()
    for private in (path, path.parent, made.data_dir):
        assert private.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("redis_url", "expected"),
    [
        ("redis://broker:6379/0", "redis://broker:6379/0"),
        ("rediss://:secret@broker/1", "rediss://:secret@broker/1"),
        ("unix:///run/b.sock?db=3", "redis+socket:///run/b.sock?virtual_host=3"),
        ("unix:///run/b.sock", "redis+socket:///run/b.sock?virtual_host=0"),
    ],
)
def test_celery_gets_the_broker_in_its_own_words(redis_url: str, expected: str) -> None:
    assert broker_url(redis_url) == expected

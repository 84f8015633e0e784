"""PostgreSQL and a Redis-compatible broker for a machine that has neither.

Both come from wheels, keep their data in the data folder and listen on Unix sockets
only. A small daemon, the keeper (`config.keeper`), runs them. How the parties agree:

- Whoever uses the servers holds a *shared* lock on `users.lock` for as long as the
  process lives; the kernel gives it back even after `kill -9`.
- The keeper holds `keeper.lock`. It starts the servers, restarts one that dies, and
  stops them when for a few seconds nobody holds `users.lock`. While it stops them it
  holds `users.lock` for itself, so a newcomer waits and then starts them again.
- Whoever finds `keeper.lock` free takes it and hands it, still locked, to a new keeper:
  two keepers of one data folder cannot exist.
- A file `keep` in the data folder tells the keeper to go on without users.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

START_SECONDS = 30
STOP_SECONDS = 60
CODE = Path(__file__).resolve().parent.parent

_UNUSABLE = (
    "The data folder cannot be used: {}. "
    "Set TRACKER_DATA_DIR to a folder that you may write to."
)
# The locks this process holds, by data folder. A forked child inherits them.
_held: dict[Path, int] = {}


class EmbeddedError(RuntimeError):
    """The embedded servers cannot be used; the text says why, for people."""


class State(TypedDict):
    """What `services status` shows."""

    keeper: int | None
    database: bool
    broker: bool
    kept: bool


class Installation:
    """One data folder with its own database, broker and secrets.

    Making one touches nothing. `attach()` starts what is needed.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        # The path of a Unix socket may have about 100 characters, so it cannot live in
        # the data folder; and it must be the same whatever TMPDIR a process was given.
        tag = hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:12]
        shared = Path("/tmp")  # noqa: S108 - owner and mode are checked by the keeper
        base = shared if shared.is_dir() else Path(tempfile.gettempdir())
        self.socket_dir = base / f"tracker-{os.getuid()}-{tag}"
        self.logs = self.data_dir / "logs"
        self.users_lock = self.data_dir / "users.lock"
        self.keeper_lock = self.data_dir / "keeper.lock"
        self.keep_mark = self.data_dir / "keep"
        self.broker_socket = self.socket_dir / "broker.sock"

    @property
    def database_url(self) -> str:
        """Where the database is, in the form that libpq understands as well."""
        return f"postgres://postgres@/tracker?host={self.socket_dir}"

    @property
    def redis_url(self) -> str:
        """Where the broker is, in the form that redis-py understands."""
        return f"unix://{self.broker_socket}?db=0"

    def secret(self, name: str) -> str:
        """Return the secret of that name, made on first use and kept for good."""
        path = self.data_dir / "secrets" / name
        try:
            if not path.exists():
                _make_secret(path)
            return path.read_text()
        except OSError as error:
            raise EmbeddedError(_UNUSABLE.format(error)) from error

    def attach(self) -> None:
        """Keep the servers up while this process lives; return when both answer.

        Harmless when called again: it brings back a keeper that was killed.
        Raises `EmbeddedError` with the end of the log if they do not come up.
        """
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True, mode=0o700)
            self._hold()
        except OSError as error:
            raise EmbeddedError(_UNUSABLE.format(error)) from error
        deadline = time.monotonic() + START_SECONDS
        while True:
            lock = try_lock(self.keeper_lock, fcntl.LOCK_EX)
            if lock is not None:
                self._start_keeper(lock)
            elif self.database_answers() and self.broker_answers():
                return
            elif time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The embedded servers do not answer after {START_SECONDS} s.\n"
                    + tail(self.logs)
                )
            else:
                time.sleep(0.05)

    def release(self, *, wait: bool = False) -> bool:
        """Give up this process's claim; return whether the servers have stopped.

        With `wait` the keeper is told to look at once instead of after its grace, and
        this returns when the servers are down or somebody else turns out to use them.
        """
        descriptor = _held.pop(self.data_dir, None)
        if descriptor is not None:
            os.close(descriptor)  # not LOCK_UN: a forked child may still need it
        if not wait:
            return False
        self._signal_keeper(signal.SIGUSR1)
        return self._wait_for_stop(patience=1)

    def keep_up(self) -> None:
        """Start the servers and keep them up without users, until `stop()`."""
        self.attach()
        self.keep_mark.touch(mode=0o600)

    def stop(self) -> bool:
        """Stop the servers now, whoever uses them; return whether they are down."""
        self.keep_mark.unlink(missing_ok=True)
        self._signal_keeper(signal.SIGTERM)
        return self._wait_for_stop(patience=STOP_SECONDS)

    def in_use(self) -> bool:
        """Return whether another process uses the servers."""
        if self.data_dir in _held or not self.users_lock.exists():
            return False
        lock = try_lock(self.users_lock, fcntl.LOCK_EX)
        if lock is not None:
            os.close(lock)
        return lock is None

    def state(self) -> State:
        """Return what runs at this moment; starts and changes nothing."""
        return {
            "keeper": self._keeper_pid() or None,
            "database": self.database_answers(),
            "broker": self.broker_answers(),
            "kept": self.keep_mark.exists(),
        }

    def database_answers(self) -> bool:
        """Return whether PostgreSQL accepts connections (frontend protocol 3.0)."""
        names = b"user\0postgres\0database\0tracker\0\0"
        start = struct.pack("!ii", len(names) + 8, 196608) + names
        reply = _ask(self.socket_dir / ".s.PGSQL.5432", start)
        # 57P03: still starting, or already stopping. Any other refusal is an answer.
        return reply[:1] == b"R" or (reply[:1] == b"E" and b"C57P03" not in reply)

    def broker_answers(self) -> bool:
        """Return whether the broker answers and has loaded its data."""
        return _ask(self.broker_socket, b"PING\r\n").startswith(b"+PONG")

    def _hold(self) -> None:
        held = _held.get(self.data_dir)
        if held is not None:
            if same_file(held, self.users_lock):
                return
            os.close(_held.pop(self.data_dir))  # that data folder was deleted
        deadline = time.monotonic() + STOP_SECONDS
        while True:  # a keeper that is stopping holds the lock for itself
            lock = try_lock(self.users_lock, fcntl.LOCK_SH)
            if lock is not None and same_file(lock, self.users_lock):
                _held[self.data_dir] = lock
                return
            if lock is not None:
                os.close(lock)
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The embedded servers were stopping and did not end within "
                    f"{STOP_SECONDS} s.\n" + tail(self.logs)
                )
            time.sleep(0.05)

    def _start_keeper(self, lock: int) -> None:
        try:
            result = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "config.keeper", str(self.data_dir), str(lock)],
                cwd=CODE,
                pass_fds=[lock],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                start_new_session=True,
                timeout=2 * START_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EmbeddedError(
                "The embedded servers did not start in time.\n" + tail(self.logs)
            ) from error
        finally:
            os.close(lock)
        if result.returncode:
            raise EmbeddedError(result.stderr.strip() + "\n" + tail(self.logs))

    def _keeper_pid(self) -> int | None:
        """Return None without a keeper, 0 while one is just beginning."""
        if not self.keeper_lock.exists():
            return None
        lock = try_lock(self.keeper_lock, fcntl.LOCK_SH)
        if lock is not None:
            os.close(lock)
            return None
        text = self.keeper_lock.read_text()
        return int(text) if text.isdigit() else 0

    def _signal_keeper(self, number: signal.Signals) -> None:
        pid = self._keeper_pid()
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _wait_for_stop(self, *, patience: float) -> bool:
        """Wait for the keeper's end, at most `patience` s unless it is stopping."""
        begun = time.monotonic()
        while self._keeper_pid() is not None:
            waited = time.monotonic() - begun
            if waited > patience and (waited > STOP_SECONDS or not self._stopping()):
                return False
            time.sleep(0.05)
        return True

    def _stopping(self) -> bool:
        lock = try_lock(self.users_lock, fcntl.LOCK_SH)
        if lock is not None:
            os.close(lock)
        return lock is None


def broker_url(redis_url: str) -> str:
    """Return the address in Celery's words: it names Unix sockets differently."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = query.removeprefix("db=") or "0"
    return f"redis+socket://{path}?virtual_host={database}"


def try_lock(path: Path, kind: int) -> int | None:
    """Return a descriptor that holds the lock, or None if it is taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def same_file(descriptor: int, path: Path) -> bool:
    """Return whether the open file is still the one at that path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def tail(logs: Path, lines: int = 12) -> str:
    """Return the end of each server's log, for an error message."""
    parts = []
    for name in ("keeper", "postgres", "broker"):
        path = logs / f"{name}.log"
        if path.exists():
            end = path.read_text(errors="replace").splitlines()[-lines:]
            parts.append(f"--- the end of {path}\n" + "\n".join(end))
    return "\n".join(parts)


def _make_secret(path: Path) -> None:
    path.parents[1].mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    # Written aside and linked: of two first users, both read the same one.
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(aside, path)
    Path(aside).unlink()


def _ask(address: Path, question: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(address))
            connection.sendall(question)
            return connection.recv(1024)
    except OSError:
        return b""

"""The keeper: a small daemon that runs the embedded servers of one data folder.

Started by `config.embedded`, which describes the locks, as
`python -m config.keeper DATA_DIR LOCK_FD`. It returns when both servers answer (exit
0) or cannot be started (exit 1, one sentence on stderr), and goes on in the background.
"""

import contextlib
import fcntl
import logging
import os
import select
import signal
import sys
import time
from pathlib import Path

from config import servers
from config.embedded import (
    START_SECONDS,
    EmbeddedError,
    Installation,
    same_file,
    try_lock,
)

GRACE_SECONDS = 5.0
POLL_SECONDS = 0.5
# After being told to look, look this often and this long without a grace.
EAGER_SECONDS = 3.0
EAGER_POLL_SECONDS = 0.05
# Wait before starting a server again that dies over and over.
RESTART_SECONDS = 1.0
READY = "ready"
log = logging.getLogger("keeper")


class Keeper:
    """Runs the servers of one installation until nobody needs them."""

    def __init__(self, installation: Installation, lock: int) -> None:
        self.installation = installation
        self.lock = lock
        self.servers = [
            servers.database_server(installation),
            servers.broker_server(installation),
        ]
        self.told_to_stop = False
        self.eager_until = 0.0

    def start(self) -> None:
        """Start both servers; return when they answer, or raise EmbeddedError."""
        for server in self.servers:
            servers.end_leftovers(server)
        servers.prepare(self.installation, self.servers)
        for server in self.servers:
            servers.launch(server, self.installation.logs)
        deadline = time.monotonic() + START_SECONDS
        for server in self.servers:
            while not server.answers():
                if not server.running:
                    raise EmbeddedError(f"The embedded {server.name} did not start.")
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"The embedded {server.name} does not answer.")
                time.sleep(0.02)

    def run(self) -> None:
        """Go on until told to stop, nobody is left, or the data folder is gone."""
        alarm = self._listen()
        idle_since: float | None = None
        while not self.told_to_stop:
            now = time.monotonic()
            eager = now < self.eager_until
            select.select(
                [alarm], [], [], EAGER_POLL_SECONDS if eager else POLL_SECONDS
            )
            with contextlib.suppress(BlockingIOError):
                os.read(alarm, 64)
            if not self._folder_is_ours():
                log.info("the data folder is gone")
                return
            self._restart_dead()
            alone = self._take_users_lock()
            if alone is None:
                idle_since = None
                continue
            idle_since = idle_since or now
            if eager or now - idle_since > GRACE_SECONDS:
                return  # with the users' lock held, so that newcomers wait
            os.close(alone)

    def stop(self) -> None:
        """Stop both servers and take away their sockets."""
        servers.stop(self.servers)
        if self._folder_is_ours() or not self.installation.data_dir.exists():
            for left in (*self.installation.socket_dir.glob("*"), None):
                with contextlib.suppress(OSError):
                    if left:
                        left.unlink()
                    else:
                        self.installation.socket_dir.rmdir()

    def _listen(self) -> int:
        """Turn signals into notes for the loop; return the pipe that wakes it."""
        alarm, wake = os.pipe()
        os.set_blocking(alarm, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        signal.signal(signal.SIGUSR1, self._note_eager)
        return alarm

    def _note_stop(self, *_: object) -> None:
        self.told_to_stop = True

    def _note_eager(self, *_: object) -> None:
        self.eager_until = time.monotonic() + EAGER_SECONDS

    def _folder_is_ours(self) -> bool:
        return same_file(self.lock, self.installation.keeper_lock)

    def _take_users_lock(self) -> int | None:
        if self.installation.keep_mark.exists():
            return None
        return try_lock(self.installation.users_lock, fcntl.LOCK_EX)

    def _restart_dead(self) -> None:
        for server in self.servers:
            if server.running:
                continue
            log.warning("%s is gone, starting it again", server.name)
            try:
                servers.end_leftovers(server)
                servers.launch(server, self.installation.logs)
            except OSError:
                log.exception("%s cannot be started", server.name)
            time.sleep(RESTART_SECONDS / 5 if server.answers() else RESTART_SECONDS)


def main(data_dir: str, lock_number: str) -> int:
    """Start the servers in a background process and report how that went."""
    installation, lock = Installation(Path(data_dir)), int(lock_number)
    report, tell = os.pipe()
    if os.fork():
        os.close(tell)
        with os.fdopen(report) as lines:
            outcome = lines.read() or "The keeper ended without a word."
        if outcome != READY:
            sys.stderr.write(outcome)
        return 0 if outcome == READY else 1
    os.close(report)
    _leave_terminal(installation.logs / "keeper.log")
    os.set_inheritable(lock, False)  # noqa: FBT003 - positional in the library
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    keeper = None
    try:
        keeper = Keeper(installation, lock)
        keeper.start()
        os.write(tell, READY.encode())
        os.close(tell)
        keeper.run()
    except (EmbeddedError, OSError) as error:
        log.exception("giving up")
        with contextlib.suppress(OSError):
            os.write(tell, str(error).encode())
    finally:
        if keeper:
            keeper.stop()
    return 0


def _leave_terminal(path: Path) -> None:
    os.chdir("/")
    output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s keeper %(process)d: %(message)s"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

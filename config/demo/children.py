"""Programs that the demo starts, watches, starts again and stops."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import CODE
from config.orphans import dies_with_parent

LONGEST_BACKOFF_SECONDS = 30.0
# A child that ran this long was healthy: its next failure begins a new row.
HEALTHY_SECONDS = 60.0


@dataclass
class Child:
    """One program in a session of its own, with its words in a log file."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _begun: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)
    _not_before: float = field(default=0.0, init=False)

    def start(self) -> None:
        self._begun = time.monotonic()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                cwd=CODE,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )

    def revive(self) -> str | None:
        """Start it again if it died and its turn has come; return what to tell."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._not_before:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self._end_group()
        self.process = None
        self._failures = 0 if now - self._begun > HEALTHY_SECONDS else self._failures
        pause = min(2.0**self._failures, LONGEST_BACKOFF_SECONDS)
        self._failures += 1
        self._not_before = now + pause
        return (
            f"{self.name} ended (code {code}), again in {pause:.0f} s: see {self.log}"
        )

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, *, patience: float) -> None:
        """Stop it cleanly, or without mercy after so many seconds; leave no helper."""
        self.ask_to_stop()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
            self._end_group()
            self.process.wait()
            self.process = None

    def _end_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def manage(*arguments: str) -> list[str]:
    """Return the words that run a management command in this environment."""
    return [sys.executable, str(CODE / "manage.py"), *arguments]

"""Whether the feeds can be trusted today, in one line for the head of every page."""

import time
from dataclasses import dataclass
from datetime import datetime

from notices.choices import RunState
from notices.models import FeedRun

_ENDED = (RunState.COMPLETE, RunState.INCOMPLETE, RunState.FAILED)
_RUNS = (
    FeedRun.objects.filter(is_dry_run=False, state__in=_ENDED)
    .order_by("-id")
    .values_list("state", "ended_at")
)


@dataclass(frozen=True, slots=True)
class FeedState:
    """`tone` is ok, warn, danger or empty; `at` is when the last run ended."""

    tone: str
    word: str
    detail: str
    at: datetime | None
    href: str | None


class LastRun:
    """How the last import ended: every page asks, and a run takes minutes.

    It is what it was at most `kept_for` seconds ago.
    """

    def __init__(self, *, kept_for: float) -> None:
        self.kept_for = kept_for
        self._until = 0.0
        self._run: tuple[str, datetime | None] | None = None

    def read(self) -> tuple[str, datetime | None] | None:
        """Return its state and when it ended; None before the first import."""
        now = time.monotonic()
        if now >= self._until:
            self._run = _RUNS.first()
            self._until = now + self.kept_for
        return self._run


last_run = LastRun(kept_for=5)


def feed_state(*, runs_url: str | None) -> FeedState:
    """Say how the last import ended.

    It names no notice, so everyone signed in may read it; `runs_url` is given for
    those who may also see the runs.
    """
    last = last_run.read()
    if last is None:
        return FeedState("", "No import yet", "", None, runs_url)
    state, ended_at = last
    if state == RunState.COMPLETE:
        return FeedState("ok", "Feed ok", "", ended_at, runs_url)
    if state == RunState.INCOMPLETE:
        detail = "no absences judged"
        return FeedState("warn", "Feed incomplete", detail, ended_at, runs_url)
    return FeedState("danger", "Last import failed", "", ended_at, runs_url)

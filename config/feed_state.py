"""Whether the feeds can be trusted today, in one line for the head of every page."""

from dataclasses import dataclass
from datetime import datetime

from notices.choices import RunState
from notices.models import FeedRun

_ENDED = (RunState.COMPLETE, RunState.INCOMPLETE, RunState.FAILED)
# Made once: every page asks.
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


def feed_state(*, runs_url: str | None) -> FeedState:
    """Say how the last import ended, with one query.

    It names no notice, so everyone signed in may read it; `runs_url` is given for
    those who may also see the runs.
    """
    last = _RUNS.first()
    if last is None:
        return FeedState("", "No import yet", "", None, runs_url)
    state, ended_at = last
    if state == RunState.COMPLETE:
        return FeedState("ok", "Feed ok", "", ended_at, runs_url)
    if state == RunState.INCOMPLETE:
        detail = "no absences judged"
        return FeedState("warn", "Feed incomplete", detail, ended_at, runs_url)
    return FeedState("danger", "Last import failed", "", ended_at, runs_url)

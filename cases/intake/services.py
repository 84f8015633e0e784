"""From a file to the inbox: receive it, take its notices in, screen them, queue them.

The page, the task and the command all come here. A run is a row: whoever works on it
claims it by compare and set, so that a second worker or a second click changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.intake.store import ImportRefused, Received, forget, path_of
from cases.review.intake import take_in
from notices.choices import RUN_OPEN, FeedKind, RunState
from notices.feeds.parsed import RefusedFileError, Source
from notices.feeds.registry import AUTO, Reader
from notices.ingest.lock import import_lock
from notices.ingest.services import ingest
from notices.models import Feed, FeedRun
from notices.screening.services import screen_notices

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
Progress = Callable[[FeedRun], None]


@dataclass(frozen=True, slots=True)
class FeedWords:
    """How a feed is called, and on which terms its data is used."""

    name: str
    attribution: str = ""
    licence: str = ""


FEEDS = {
    FeedKind.INTERPOL: FeedWords("INTERPOL public notices", "INTERPOL"),
    FeedKind.OPENSANCTIONS: FeedWords(
        "OpenSanctions: INTERPOL Red Notices",
        "OpenSanctions.org",
        "CC BY-NC 4.0: business use needs a licence",
    ),
    FeedKind.TABLE: FeedWords("Tables from colleagues"),
}


@transaction.atomic
def receive(
    *,
    files: Sequence[Received],
    actor: User | None,
    at: datetime,
    source_format: str = AUTO,
    feed_slug: str = "",
    is_full: bool = False,
    is_dry_run: bool = False,
) -> FeedRun:
    """Make the run that will take `files` in; nothing is read into the database yet.

    Raises `ImportRefused` where a file cannot be read at all.
    """
    files = _apart(files)
    try:
        formats = Reader(_sources(files), source_format).formats
    except RefusedFileError as refused:
        forget(files)
        raise ImportRefused(str(refused)) from refused
    feed = _feed(feed_slug, FeedKind(formats[0]))
    run = FeedRun.objects.create(
        feed=feed,
        started_by=actor,
        source_format=source_format,
        is_full=is_full,
        is_dry_run=is_dry_run,
        files=[
            {"name": f.name, "path": f.path, "sha256": f.sha256, "size": f.size}
            for f in files
        ],
        bytes_total=sum(one.size for one in files),
        created_at=at,
    )
    record(
        action=Action.IMPORT_RUN,
        actor=actor,
        target=run,
        after={"feed": feed.slug, "files": [one.sha256 for one in files]},
    )
    return run


def repeat(*, run: FeedRun, actor: User | None, at: datetime) -> FeedRun:
    """Make a run that takes in for real what the dry run `run` tried.

    Raises `ImportRefused` where `run` was no dry run or its files are gone.
    """
    if not run.is_dry_run:
        raise ImportRefused(f"Run {run.pk} was no dry run.")
    try:
        return receive(
            files=[Received(**file) for file in run.files],
            actor=actor,
            at=at,
            source_format=run.source_format,
            feed_slug=run.feed.slug,
            is_full=run.is_full,
        )
    except FileNotFoundError as missing:
        raise ImportRefused("The stored file of this run is gone.") from missing


def run_import(
    *,
    run_id: int,
    at: datetime,
    clock: Callable[[], datetime],
    progress: Progress = lambda run: None,
    wait: bool = True,
) -> FeedRun | None:
    """Take the notices of a run in, screen what is new and put it in the inbox.

    Returns the ended run; None where it is over, or another import is at work and
    `wait` is false. `clock` tells the time for the lease, which every batch renews.
    """
    with import_lock(wait=wait) as is_held:
        if not is_held:
            return None
        # Whoever read these is dead, or it would hold the lock: go on where it was.
        feed = FeedRun.objects.filter(pk=run_id).values("feed_id")[:1]
        for left in FeedRun.objects.filter(feed=feed, state=RunState.READING).exclude(
            pk=run_id
        ):
            _work(left.pk, at, clock, progress=lambda run: None)
        return _work(run_id, at, clock, progress)


def _work(
    run_id: int, at: datetime, clock: Callable[[], datetime], progress: Progress
) -> FeedRun | None:
    """Do one run; the import lock is held."""
    run = _claim(run_id, clock())
    if run is None:
        return None
    if run.attempt > MOST_ATTEMPTS:
        return _fail(run, at, f"The import stopped {MOST_ATTEMPTS} times half way.")

    def after_batch(current: FeedRun) -> None:
        # Stored with the next batch.
        current.lease_until = clock() + LEASE
        progress(current)

    try:
        reader = Reader(_sources_of(run), run.source_format)
        ingest(run=run, reader=reader, at=at, progress=after_batch)
    except RefusedFileError as refused:
        return _fail(run, at, str(refused))
    except FileNotFoundError as missing:
        name = Path(str(missing.filename)).name
        return _fail(run, at, f"The stored file {name[:12]}… is gone.")
    if not run.is_dry_run:
        finish(at=at)
    return run


def _claim(run_id: int, now: datetime) -> FeedRun | None:
    """Take a run that is not over, by compare and set; None if there is none.

    The import lock is held, so a run that is being read has lost its worker.
    """
    taken = FeedRun.objects.filter(pk=run_id, state__in=RUN_OPEN).update(
        state=RunState.READING,
        attempt=F("attempt") + 1,
        lease_until=now + LEASE,
        started_at=Coalesce("started_at", Value(now)),
    )
    return FeedRun.objects.select_related("feed").get(pk=run_id) if taken else None


def _fail(run: FeedRun, at: datetime, why: str) -> FeedRun:
    """End a run in words; what it took in before stays."""
    run.state, run.failure, run.ended_at, run.lease_until = (
        RunState.FAILED,
        why,
        at,
        None,
    )
    run.save()
    return run


def finish(*, at: datetime) -> None:
    """Screen what changed and hand it to the review desk; safe to repeat."""
    screen_notices(notice_ids=None, at=at)
    take_in(at=at)


def _sources(files: Sequence[Received]) -> list[Source]:
    return [Source(path_of({"path": f.path}), f.name, f.size) for f in files]


def _sources_of(run: FeedRun) -> list[Source]:
    return [Source(path_of(one), one["name"], int(one["size"])) for one in run.files]


def _feed(slug: str, kind: FeedKind) -> Feed:
    words = (
        {"name": FEEDS[kind].name, "attribution": FEEDS[kind].attribution}
        if not slug or slug == kind
        else {"name": slug.replace("-", " ").capitalize(), "attribution": ""}
    )
    feed, _ = Feed.objects.get_or_create(
        slug=slug or kind,
        defaults={
            **words,
            "kind": kind,
            "licence": FEEDS[kind].licence,
        },
    )
    return feed


def _apart(files: Sequence[Received]) -> list[Received]:
    """Return `files` with names that tell them apart in the report."""
    seen: Counter[str] = Counter()
    named = []
    for one in files:
        seen[one.name] += 1
        again = f" ({seen[one.name]})" if seen[one.name] > 1 else ""
        named.append(replace(one, name=f"{one.name}{again}"))
    return named

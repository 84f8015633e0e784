"""From a file to the inbox: receive it, take its notices in, screen them, queue them.

The page, the task and the command all come here. A run is a row: whoever works on it
claims it by compare and set, so that a second worker or a second click changes nothing.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.actions import Action
from accounts.audit import record
from accounts.models import User
from cases.review.intake import take_in
from notices.choices import RUN_OPEN, FeedKind, RunState
from notices.feeds.parsed import RefusedFileError, Source
from notices.feeds.registry import AUTO, Reader
from notices.feeds.values import storable
from notices.ingest.lock import import_lock
from notices.ingest.services import ingest
from notices.models import Feed, FeedRun
from notices.screening.services import screen_notices

LARGEST = 2 * 1024**3
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
_CHUNK = 1024 * 1024
Progress = Callable[[FeedRun], None]


class ImportRefused(Exception):
    """The files cannot be taken; the text says why, for people. Nothing changed."""


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


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in the store: its own name, where it lies, hash and size."""

    name: str
    path: str
    sha256: str
    size: int


def store(name: str, content: BinaryIO) -> Received:
    """Copy `content` into the store under its SHA-256 and return where it lies.

    The same bytes are kept once, read-only: an original never changes. Raises
    `ImportRefused` where it is too large or the disk does not take it.
    """
    folder = Path(settings.FILES_DIR) / "feeds"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as copy:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > LARGEST:
                    limit = LARGEST // 1024**3
                    raise ImportRefused(f"{name} is larger than {limit} GB.")
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        path = folder / digest.hexdigest()
        Path(part).chmod(0o400)
        Path(part).rename(path)
    except OSError as error:
        raise ImportRefused(
            f"{name} could not be stored: {error.strerror or error}."
        ) from error
    finally:
        Path(part).unlink(missing_ok=True)
    return Received(_shown(name), path.name, digest.hexdigest(), size)


def path_of(file: dict[str, str]) -> Path:
    """Return where a file of a run lies."""
    return Path(settings.FILES_DIR) / "feeds" / Path(file["path"]).name


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
    try:
        formats = Reader(_sources(files), source_format).formats
    except RefusedFileError as refused:
        _forget(files)
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


def _forget(files: Sequence[Received]) -> None:
    """Remove files that no run holds."""
    for one in files:
        if not FeedRun.objects.filter(files__contains=[{"path": one.path}]).exists():
            path_of({"path": one.path}).unlink(missing_ok=True)


def _shown(name: str) -> str:
    """Return a file name as it can be shown and stored."""
    clean = "".join(char if char.isprintable() else "�" for char in Path(name).name)
    return storable(clean)[:200] or "upload"

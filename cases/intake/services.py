"""From a file to the inbox: receive it, take its notices in, screen them, queue them.

The page, the task and the command all come here. A run is a row: whoever works on it
claims it by compare and set, so that a second worker or a second click changes nothing.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from accounts.actions import Action
from accounts.audit import record
from accounts.models import User
from cases.models import CaseNotice, ReviewTransition
from cases.review.intake import take_in
from notices.choices import FeedKind, RunState
from notices.feeds.parsed import RefusedFileError, Source
from notices.feeds.registry import AUTO, Reader
from notices.ingest.services import ingest
from notices.ingest.undo import undo
from notices.models import Feed, FeedRun
from notices.screening.services import screen_notices

LEASE = timedelta(minutes=2)
_CHUNK = 1024 * 1024
Progress = Callable[[FeedRun], None]


class ImportRefused(Exception):
    """The files cannot be taken; the text says why, for people. Nothing changed."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in the store: its own name, where it lies, hash and size."""

    name: str
    path: str
    sha256: str
    size: int


def store(name: str, content: BinaryIO) -> Received:
    """Copy `content` into the store under its SHA-256 and return where it lies.

    The same bytes are kept once, read-only: an original never changes.
    """
    folder = Path(settings.FILES_DIR) / "feeds"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    part = folder / f".{hashlib.sha256(name.encode()).hexdigest()[:16]}.part"
    with part.open("wb") as copy:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    path = folder / digest.hexdigest()
    shutil.move(part, path)
    path.chmod(0o400)
    return Received(name, path.name, digest.hexdigest(), size)


def path_of(file: dict[str, str]) -> Path:
    """Return where a file of a run lies."""
    return Path(settings.FILES_DIR) / "feeds" / Path(file["path"]).name


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
        raise ImportRefused(str(refused)) from refused
    kind = formats[0] if formats else FeedKind.INTERPOL
    feed, _ = Feed.objects.get_or_create(
        slug=feed_slug or kind,
        defaults={"name": FeedKind(kind).label, "kind": kind},
    )
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


def claim(*, run_id: int, at: datetime) -> FeedRun | None:
    """Take a waiting run, or one whose worker died; None if there is nothing to do."""
    mine = FeedRun.objects.filter(pk=run_id).filter(
        Q(state=RunState.RECEIVED) | Q(state=RunState.READING, lease_until__lt=at)
    )
    taken = mine.update(
        state=RunState.READING,
        attempt=F("attempt") + 1,
        lease_until=at + LEASE,
        started_at=at,
    )
    return FeedRun.objects.select_related("feed").get(pk=run_id) if taken else None


def run_import(
    *,
    run_id: int,
    at: datetime,
    clock: Callable[[], datetime],
    progress: Progress = lambda run: None,
) -> FeedRun | None:
    """Take the notices of a run in, screen what is new and put it in the inbox.

    Returns the ended run, None where another worker has it. `clock` tells the time for
    the lease, which every batch renews.
    """
    run = claim(run_id=run_id, at=at)
    if run is None:
        return None

    def after_batch(current: FeedRun) -> None:
        current.lease_until = clock() + LEASE
        progress(current)

    try:
        reader = Reader(_sources_of(run), run.source_format)
        ingest(run=run, reader=reader, at=at, progress=after_batch)
    except RefusedFileError as refused:
        run.state, run.failure, run.ended_at = RunState.FAILED, str(refused), at
        run.save()
        return run
    if not run.is_dry_run:
        finish(at=at)
    return run


def finish(*, at: datetime) -> None:
    """Screen what changed and hand it to the review desk; safe to repeat."""
    screen_notices(notice_ids=None, at=at)
    take_in(at=at)


def in_use(run: FeedRun) -> set[int]:
    """Return the notices of `run` that people decided on or put in a case file."""
    notices = run.changes.values("notice_id")
    decided = ReviewTransition.objects.filter(review__notice__in=notices).values_list(
        "review__notice_id", flat=True
    )
    filed = CaseNotice.objects.filter(notice__in=notices).values_list(
        "notice_id", flat=True
    )
    return set(decided) | set(filed)


def undo_import(*, run: FeedRun, actor: User | None, at: datetime) -> FeedRun:
    """Take an import back whole. Raises `UndoRefused` with the reason."""
    with transaction.atomic():
        undone = undo(run=run, actor=actor, at=at, in_use=in_use(run))
    finish(at=at)
    return undone


def _sources(files: Sequence[Received]) -> list[Source]:
    return [Source(path_of({"path": f.path}), f.name, f.size) for f in files]


def _sources_of(run: FeedRun) -> list[Source]:
    return [Source(path_of(one), one["name"], int(one["size"])) for one in run.files]

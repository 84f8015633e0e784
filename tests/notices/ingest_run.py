"""A short way to take a file in, below the review desk."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.choices import RunState
from notices.feeds.parsed import Source
from notices.feeds.registry import AUTO, Reader
from notices.ingest.services import ingest
from notices.models import FeedRun
from tests.factories import NOON, make_feed
from tests.notices.feed_rows import write


class Importer:
    """Takes in lists of records, each as one file of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    def run(
        self,
        *contents: Any,
        full: bool = False,
        dry: bool = False,
        feed: str = "interpol",
        at: datetime = NOON,
        name: str = "list.json",
        progress: Any = lambda run: None,
    ) -> FeedRun:
        sources = []
        for content in contents:
            self.number += 1
            text = content if isinstance(content, str | bytes) else json.dumps(content)
            path = write(self.folder, f"{self.number}-{name}", text)
            sources.append(Source(path, path.name, path.stat().st_size))
        run = FeedRun.objects.create(
            feed=make_feed(feed),
            state=RunState.READING,
            is_full=full,
            is_dry_run=dry,
            created_at=at,
            attempt=1,
            files=[{"name": one.name, "sha256": str(one.path)} for one in sources],
        )
        return self.resume(run, sources, at=at, progress=progress)

    def resume(
        self, run: FeedRun, sources: list[Source], *, at: datetime, progress: Any
    ) -> FeedRun:
        return ingest(run=run, reader=Reader(sources, AUTO), at=at, progress=progress)


def counts(run: FeedRun) -> dict[str, int]:
    names = ("created", "changed", "unchanged", "rejected", "absent", "reappeared")
    return {name: getattr(run, name) for name in names if getattr(run, name)}

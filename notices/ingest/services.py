"""One import: from files to notices, versions and changes.

Batches of rows go in one transaction each, together with the checkpoint of the run, so
that a killed run resumes where it was and nothing is half done. Only one import runs at
a time; a second one waits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from notices.choices import CountryKind, RunState
from notices.feeds.parsed import Gap, Item, ParsedNotice, RowError
from notices.feeds.registry import Reader
from notices.ingest import fresh, known
from notices.ingest.absence import judge_absences, shortfall
from notices.ingest.lock import import_lock
from notices.ingest.remarks import (
    looks_like_another,
    maybe_another,
    said_twice,
    stored_error,
    unmapped_countries,
)
from notices.ingest.values import hash_of, values_of
from notices.models import Country, FeedRun, RunError, Sighting

BATCH = 1000
# A dry run keeps its errors in memory until it is over, so no more than these.
MOST_KEPT = 5_000
# Called after each batch with the run as it stands.
Progress = Callable[[FeedRun], None]


class TakenOver(Exception):
    """Another worker goes on with the run; this one has changed nothing since."""


class Rehearsal(Exception):
    """Ends a dry run: everything it wrote is rolled back."""


def ingest(
    *,
    run: FeedRun,
    reader: Reader,
    at: datetime,
    progress: Progress = lambda run: None,
) -> FeedRun:
    """Take what `reader` yields into the database and return the ended `run`.

    The good rows go in, each bad one becomes a `RunError`. A run that resumes skips
    what its checkpoint says is in. A dry run does the same and takes it all back.
    `run` must be in state `reading`. Raises `TakenOver`.
    """
    with import_lock():
        reading = _Reading(run, at)
        if not run.is_dry_run:
            reading.read(reader, progress)
            reading.end(reader)
            return run
        try:
            with transaction.atomic():
                reading.read(reader, progress)
                reading.end(reader)
                raise Rehearsal
        except Rehearsal:
            run.save()
            RunError.objects.bulk_create(reading.kept)
        return run


class _Reading:
    """The state of one run while it reads."""

    def __init__(self, run: FeedRun, at: datetime) -> None:
        self.run, self.at = run, at
        # The errors of a dry run, which are kept when everything else is taken back.
        self.kept: list[RunError] = []
        self.errors: list[RunError] = []
        self.old_files = _files_read_before(run)
        self.codes: set[str] = set(Country.objects.values_list("code", flat=True))

    def read(self, reader: Reader, progress: Progress) -> None:
        skip = int(self.run.checkpoint.get("items", 0))
        for batch, count in _batches(reader.items(), skip):
            with transaction.atomic():
                self._still_ours()
                self._take(batch)
                self._write_errors()
                self.run.checkpoint = {"items": count}
                self.run.bytes_read = reader.position
                self.run.save()
            progress(self.run)

    def _still_ours(self) -> None:
        """Lock the run; stop if another worker took it over meanwhile."""
        ours = FeedRun.objects.select_for_update().filter(
            pk=self.run.pk, attempt=self.run.attempt, state=RunState.READING
        )
        if not ours.exists():
            raise TakenOver(f"Run {self.run.pk} is not this worker's any more.")

    def end(self, reader: Reader) -> None:
        """Judge absences where the run allows it, and close it."""
        run = self.run
        with transaction.atomic():
            self._still_ours()
            for gap in reader.gaps():
                self._gap(gap)
            if run.is_full and (reason := shortfall(run)):
                self._gap(Gap(reason))
            if run.gaps:
                run.state = RunState.INCOMPLETE
            else:
                run.state = RunState.COMPLETE
                if run.is_full:
                    run.absent = judge_absences(run=run, at=self.at)
            run.bytes_read = run.bytes_total
            run.ended_at = self.at
            run.lease_until = None
            run.save()

    def _take(self, batch: Sequence[Item]) -> None:
        parsed = [item for item in batch if isinstance(item, ParsedNotice)]
        errors = [item for item in batch if isinstance(item, RowError)]
        for item in batch:
            if isinstance(item, Gap):
                self._gap(item)
        for error in errors:
            self._note(error)
        self._keep_in_sight([error for error in errors if error.is_rejection])
        if parsed:
            self._take_notices(parsed)

    def _take_notices(self, parsed: Sequence[ParsedNotice]) -> None:
        run = self.run
        self._learn_codes(parsed)
        seen = known.look_up(parsed, run=run)
        new: list[ParsedNotice] = []
        again: list[ParsedNotice] = []
        for one in parsed:
            for code in (*one.unmapped, *unmapped_countries(one)):
                run.unmapped[code] = run.unmapped.get(code, 0) + 1
            found = seen.get((one.kind, one.reference))
            (again if found else new).append(one)
        fresh.create(new, run=run, at=self.at)
        run.created += len(new)
        run.read += len(parsed)
        news: list[tuple[known.Known, ParsedNotice]] = []
        told: dict[int, str] = {}
        for one in again:
            found = seen[(one.kind, one.reference)]
            told[found.pk] = hash_of(values_of(one), int(one.detail))
            if one.source in self.old_files or found.has_heard(told[found.pk], run=run):
                continue
            if found.last_run == run.pk:
                self._note(said_twice(one))
            news.append((found, one))
        changed = known.bring_up(news, run=run, at=self.at)
        for one, changes in changed:
            if looks_like_another(changes):
                self._note(maybe_another(one))
        run.changed += len(changed)
        run.unchanged += len(again) - len(changed)
        run.reappeared += known.see_again(told, seen.values(), run=run, at=self.at)

    def _learn_codes(self, parsed: Sequence[ParsedNotice]) -> None:
        """Give codes that no list knows a row of their own, so that none is dropped."""
        issuers = {
            warrant.issuer
            for one in parsed
            for warrant in one.warrants or ()
            if warrant.issuer
        }
        new = sorted(issuers - self.codes)
        Country.objects.bulk_create(
            [
                Country(
                    code=code,
                    name=f"unmapped code {code}",
                    kind=CountryKind.UNMAPPED,
                    slug=f"x-{fresh.sha256(code)[:16]}",
                )
                for code in new
            ],
            ignore_conflicts=True,
        )
        self.codes.update(new)

    def _note(self, error: RowError) -> None:
        row = stored_error(error, self.run)
        if row.is_rejection:
            self.run.rejected += 1
            self.run.read += 1
        self.errors.append(row)

    def _write_errors(self) -> None:
        if not self.run.is_dry_run:
            RunError.objects.bulk_create(self.errors, batch_size=BATCH)
        elif len(self.kept) < MOST_KEPT:
            self.kept += self.errors
        self.errors = []

    def _keep_in_sight(self, rejected: Sequence[RowError]) -> None:
        """A refused row still shows that its notice is listed, or may hide one."""
        shown = [error.reference for error in rejected if error.reference]
        if shown:
            Sighting.objects.filter(
                feed_id=self.run.feed_id, notice__reference__in=shown
            ).update(last_run=self.run, missed_runs=0)
        hiding = any(not (one.reference or one.is_foreign) for one in rejected)
        if hiding and self.run.is_full:
            self._gap(
                Gap(
                    "A refused row may be a listed notice, so nothing is taken for "
                    "missing."
                )
            )

    def _gap(self, gap: Gap) -> None:
        if gap.reason not in self.run.gaps:
            self.run.gaps = [*self.run.gaps, gap.reason]


def _files_read_before(run: FeedRun) -> set[str]:
    """Return the names of files that this feed sent before, byte for byte.

    What they say of a notice is old news. Only a whole list that comes again says that
    things are now as they were then.
    """
    if run.is_full:
        return set()
    before = {
        file["sha256"]
        for files in FeedRun.objects.filter(
            feed=run.feed_id,
            is_dry_run=False,
            state__in=[RunState.COMPLETE, RunState.INCOMPLETE],
        )
        .exclude(pk=run.pk)
        .values_list("files", flat=True)
        for file in files
    }
    return {file["name"] for file in run.files if file["sha256"] in before}


def _batches(items: Iterable[Item], skip: int) -> Iterator[tuple[list[Item], int]]:
    """Yield batches with no notice twice in one, and how many items came so far."""
    batch: list[Item] = []
    keys: set[tuple[str, str]] = set()
    count = 0
    for item in items:
        count += 1
        if count <= skip:
            continue
        key = _key(item)
        if batch and (len(batch) >= BATCH or key in keys):
            yield batch, count - 1
            batch, keys = [], set()
        batch.append(item)
        if key:
            keys.add(key)
    if batch:
        yield batch, count


def _key(item: Item) -> tuple[str, str] | None:
    return (item.kind, item.reference) if isinstance(item, ParsedNotice) else None

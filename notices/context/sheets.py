"""Events and records as a table: out, and in with an answer for every row."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.context.entries import EntryError, Told, keep_entry
from notices.models import ContextEntry

COLUMNS = (
    "country", "kind", "date", "until", "what", "source", "level", "invented",
)  # fmt: skip
MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
_NEEDED = ("country", "kind", "date", "what", "source", "level")
_COLUMN_OF = {"happened_on": "date", "is_invented": "invented"}
_YES, _NO = ("yes", "true", "1", "x"), ("", "no", "false", "0")


class SheetError(ValueError):
    """A table cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was left out; `row` counts as a spreadsheet does, the head is 1."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the rows of a table."""

    read: int
    added: int
    known: int
    problems: tuple[RowProblem, ...]


@transaction.atomic
def take_in(*, content: bytes, actor: User, at: datetime) -> TakenIn:
    """Keep every row of a table that can be kept, and say of the others why not.

    A row that is recorded already is counted as known, so the same table twice changes
    nothing. Raises MissingCapability, and SheetError for what is no such table.
    """
    require(actor, Capability.RECORD_FACTS)
    read = added = known = 0
    problems: list[RowProblem] = []
    for number, cells in _rows(content):
        read += 1
        try:
            with transaction.atomic():
                keep_entry(told=_told(cells), actor=actor, at=at)
        except EntryError as problem:
            if problem.field == "what" and "already" in str(problem):
                known += 1
                continue
            field = _COLUMN_OF.get(problem.field, problem.field)
            problems.append(RowProblem(number, field, str(problem)))
        else:
            added += 1
    if added:
        record(
            action=Action.CONTEXT_IMPORTED,
            actor=actor,
            after={"read": read, "added": added, "known": known},
        )
    return TakenIn(read, added, known, tuple(problems))


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise SheetError("The table is larger than 5 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError("Save the table as CSV in UTF-8.") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if missing := [name for name in _NEEDED if name not in names]:
            raise SheetError(f"The first row lacks: {', '.join(missing)}.")
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                raise SheetError(f"Take in at most {MOST_ROWS:,} rows at a time.")
            if any(cell.strip() for cell in row):
                yield number, dict(zip(names, map(_plain, row), strict=False))
    except csv.Error as broken:
        raise SheetError(f"The table cannot be read: {broken}.") from None


def _plain(cell: str) -> str:
    """Take off the mark with which a safe table keeps a cell from being reckoned."""
    return cell[1:] if cell.startswith("'") else cell


def _told(cells: dict[str, str]) -> Told:
    invented = cells.get("invented", "").strip().casefold()
    if invented not in (*_YES, *_NO):
        raise EntryError("is_invented", "Write yes or no.")
    return Told(
        country=cells.get("country", ""),
        kind=cells.get("kind", "").strip().casefold(),
        happened_on=cells.get("date", ""),
        until=cells.get("until", ""),
        what=cells.get("what", ""),
        source=cells.get("source", ""),
        level=cells.get("level", "").strip().casefold(),
        is_invented=invented in _YES,
    )


def as_rows(entries: Iterable[ContextEntry]) -> Iterator[tuple[str, ...]]:
    """Yield a head and a row for each entry; `take_in` reads them again."""
    yield COLUMNS
    for one in entries:
        yield (
            one.country_id,
            one.kind,
            one.happened_on,
            one.until or "",
            one.what,
            one.source,
            one.level,
            "yes" if one.is_invented else "no",
        )

"""Pairs of names out of a CSV file: `name1`, `name2`, perhaps `schema`, `is_match`.

Pure. A row that cannot be used is reported by row, field and reason and never ends
the reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from notices.feeds.csv_rows import BrokenRow, csv_rows
from notices.feeds.encoding import TextStream, detect
from notices.feeds.parsed import Source

# Any other schema names a body or a thing.
PEOPLE = frozenset(("", "person"))
_YES = frozenset(("true", "yes", "1"))
_NO = frozenset(("false", "no", "0"))
LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two names to compare. `is_match` is what somebody who knows says, if they do."""

    row: int
    left: str
    right: str
    is_organisation: bool = False
    is_match: bool | None = None


@dataclass(frozen=True, slots=True)
class BadPair:
    """A row that could not be used."""

    row: int
    field: str
    reason: str

    def as_json(self) -> dict[str, object]:
        return {"row": self.row, "field": self.field, "reason": self.reason}


class RefusedTable(Exception):
    """The file holds no pairs of names; the message says so for people."""


def read_pairs(path: Path) -> Iterator[NamePair | BadPair]:
    """Yield the rows of `path` below its headings, in any common encoding.

    Raises `RefusedTable` for a file that is not there or has no such columns.
    """
    try:
        source = Source(path=path, name=path.name, size=path.stat().st_size)
        rows = csv_rows(TextStream(source, detect(source)))
        first = next(rows, None)
    except FileNotFoundError:
        raise RefusedTable(f"There is no file {path}.") from None
    except OSError:
        raise RefusedTable(f"{path} cannot be read.") from None
    cells = [] if first is None or isinstance(first, BrokenRow) else first.cells
    headings = [str(cell).strip().lower() for cell in cells]
    for needed in ("name1", "name2"):
        if headings.count(needed) != 1:
            raise RefusedTable(
                f"{path.name} needs one column {needed} in its first line."
            )
    for row in rows:
        if isinstance(row, BrokenRow):
            yield BadPair(row.number, "", row.reason)
        elif row.cells:
            yield _pair(row.number, headings, row.cells)


def _pair(
    number: int, headings: Sequence[str], cells: Sequence[object]
) -> NamePair | BadPair:
    values = dict(zip(headings, (str(cell).strip() for cell in cells), strict=False))
    if len(cells) > len(headings):
        return BadPair(number, "", f"{len(cells)} cells under {len(headings)} headings")
    for name in ("name1", "name2"):
        value = values.get(name, "")
        if not value:
            return BadPair(number, name, "is empty")
        if len(value) > LONGEST_NAME:
            return BadPair(number, name, f"is longer than {LONGEST_NAME} letters")
        if not any(letter.isalnum() for letter in value):
            return BadPair(number, name, "has no letter")
    schema = values.get("schema", "").lower()
    return NamePair(
        row=number,
        left=values["name1"],
        right=values["name2"],
        is_organisation=schema not in PEOPLE,
        is_match=_label(values.get("is_match", "").lower()),
    )


def _label(text: str) -> bool | None:
    return True if text in _YES else False if text in _NO else None

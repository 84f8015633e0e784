"""Rows of a text table with `,`, `;`, tab or `|` between the cells, in flat memory."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from notices.feeds.columns import columns_of
from notices.feeds.encoding import TextStream
from notices.feeds.parsed import RAW_SHOWN

DELIMITERS = (",", ";", "\t", "|")
# A row may not be longer; a quotation mark that is never closed ends here.
LONGEST = 1024 * 1024
csv.field_size_limit(2 * LONGEST)


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one row and how it was received."""

    number: int
    cells: Sequence[object]
    raw: str


@dataclass(frozen=True, slots=True)
class BrokenRow:
    number: int
    reason: str
    raw: str


class _Lines:
    """Lines that can be given back, and that were taken since the last mark."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self._size = 0

    def mark(self) -> None:
        self.taken = []
        self._size = 0

    def give_back(self) -> None:
        """Take back all lines since the mark but the first."""
        self._returned.extendleft(reversed(self.taken[1:]))
        self.taken = self.taken[:1]

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.taken.append(line)
        self._size += len(line)
        if self._size > LONGEST:
            raise csv.Error("row too long")
        return line


def csv_rows(stream: TextStream) -> Iterator[TableRow | BrokenRow]:
    """Yield the rows of a text table, header and empty lines included.

    Rows are numbered by line breaks between rows, from 1. The delimiter is the one that
    makes most known headings out of the first lines.
    """
    ahead: list[str] = []
    lines = stream.lines(LONGEST)
    for line in lines:
        ahead.append(line)
        if len(ahead) == 10:
            break
    delimiter = _delimiter(ahead)
    source = _Lines(_chained(ahead, lines))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    number = 0
    while True:
        source.mark()
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_long = len(source.taken) == 1 and len(source.taken[0]) > LONGEST
            if "unexpected end" in str(error) or "too long" in str(error):
                reason = (
                    f"The row is longer than {LONGEST // 1024**2} MB"
                    if is_long
                    else "A quotation mark in this row is never closed"
                )
            else:
                reason = "The quotation marks of this row do not match"
            source.give_back()
            if is_long:
                _skip_line(source)
            yield BrokenRow(number, reason, source.taken[0][:RAW_SHOWN])
            reader = csv.reader(source, delimiter=delimiter, strict=True)
            continue
        yield TableRow(number, cells, "".join(source.taken))


def _skip_line(lines: _Lines) -> None:
    """Pass over the rest of a line that came in pieces."""
    line = lines.taken[0]
    first = line
    while not line.endswith(("\n", "\r")):
        lines.mark()
        try:
            line = next(lines)
        except (StopIteration, csv.Error):
            if not lines.taken:
                break
            line = lines.taken[-1]
    lines.taken = [first]


def _chained(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _delimiter(lines: Iterable[str]) -> str:
    """Return the delimiter under which most headings are known; a comma by default."""
    best, most = ",", 0
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        known = max((len(columns_of(row)) for row in rows), default=0)
        if known > most:
            best, most = delimiter, known
    return best

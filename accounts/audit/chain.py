"""Whether a log is whole: pure, over rows (`design/security.md`, section 5).

Each entry names the hash of the entry before it, so that an edit, a deletion, a swap, a
duplicate or an insertion breaks the chain where it was made. A tail that was cut off is
found by the head, which keeps the last number and hash apart.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.audit.canonical import canonical

VERSION = 1
PREFIX = f"rnt-audit-{VERSION}\n"
START = "0" * 64
ENTRY_KEYS = {"at", "facts", "prev", "seq", "v", "words"}
# After this many a person has seen enough; the counts go on.
MAX_PROBLEMS = 1000


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as it is stored; `at` is aware, `words` None once they were erased."""

    seq: int
    at: datetime
    entry: str
    facts: str
    words: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last number and hash as the head row has them."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold; `entry` is its number, None for the log as a whole."""

    entry: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result: `entries` were read, `head` is the hash of the last one."""

    entries: int
    head: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(rows: Iterable[LogRow], head: Head | None) -> Verdict:
    """Check rows in the order of their numbers against each other and the head."""
    problems: list[Problem] = []
    count, last_seq, last_hash = 0, 0, START
    for row in rows:
        count += 1
        for reason in _order(row.seq, last_seq):
            problems.append(Problem(row.seq, reason))
        for reason in _faults(row, last_hash):
            problems.append(Problem(row.seq, reason))
        last_seq, last_hash = row.seq, row.hash
    problems.extend(_end(last_seq, last_hash, head))
    return Verdict(count, last_hash, tuple(problems[:MAX_PROBLEMS]))


def entry_hash(entry: str) -> str:
    """Return the hash of an entry's text, 64 hex digits."""
    return _sha256(PREFIX + entry)


def _order(seq: int, last: int) -> Iterator[str]:
    if seq == last + 1:
        return
    if seq == last:
        yield "stands twice"
    elif seq < last:
        yield f"stands after entry {last}"
    elif seq == last + 2:
        yield f"entry {last + 1} before it is missing"
    else:
        yield f"entries {last + 1} to {seq - 1} before it are missing"


def _faults(row: LogRow, prev: str) -> Iterator[str]:
    if entry_hash(row.entry) != row.hash:
        yield "its hash does not fit its text"
    stated = _parsed(row.entry)
    if stated is None:
        yield "its text is not an entry of this log"
        return
    if stated["seq"] != row.seq:
        yield f"its text says that it is entry {stated['seq']}"
    if stated["prev"] != prev:
        yield "it does not follow the entry before it"
    if stated["at"] != _written(row.at):
        yield "its time was changed"
    if stated["facts"] != _sha256(row.facts):
        yield "its facts were changed"
    if row.words is None and stated["words"] is not None:
        yield "its words are missing"
    elif row.words is not None and stated["words"] != _sha256(row.words):
        yield "its words were changed"


def _end(seq: int, own_hash: str, head: Head | None) -> Iterator[Problem]:
    if head is None:
        yield Problem(None, "the head of the log is missing")
    elif seq < head.seq:
        yield Problem(
            None,
            f"the end is missing: the last entry is {seq}, the head says {head.seq}",
        )
    elif seq > head.seq:
        yield Problem(seq, f"stands after the head, which says {head.seq}")
    elif own_hash != head.hash:
        yield Problem(seq, "the head has another hash")


def _parsed(entry: str) -> dict[str, Any] | None:
    """Return the entry if it is the one canonical text of its kind."""
    try:
        value = json.loads(entry)
        if (
            isinstance(value, dict)
            and value.keys() == ENTRY_KEYS
            and value["v"] == VERSION
            and canonical(value) == entry
        ):
            return value
    except (ValueError, RecursionError):
        pass
    return None


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

#!/usr/bin/env python3
"""Checks an exported audit log of the tracker, without the tracker.

    python3 verify_log.py LOG.jsonl
    python3 verify_log.py LOG.jsonl --anchors mails.txt --json

It needs Python 3.9 or later and nothing else, and it is the code that the tracker
itself checks its log with. Exit 0: the log holds. Exit 1: it does not, or cannot be
read.

LOG.jsonl begins with a line {"format": "rnt-audit-log-1", "head": {"hash", "seq"}, …}.
Each further line is an entry {"at", "entry", "facts", "hash", "seq", "words"}:

  entry   names the time, the number, the hash of the entry before it and the SHA-256 of
          its facts and words; `hash` is the SHA-256 of "rnt-audit-1", a line break and
          this text
  facts   who did what to which number; null if the entry is given by its hash only
  words   what people wrote; null if they were erased, which a later entry must say

An edit, a deletion, an insertion, a swap or a duplicate breaks the chain where it was
made; a tail that was cut off is found by the head. Whoever rewrites everything from
some entry on, head included, is found by anchors only: numbers and hashes that were
told to others before, by mail, in exports, in backups. Keep them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FORMAT = "rnt-audit-log-1"
PREFIX = "rnt-audit-1\n"
START = "0" * 64
ERASURE = "audit.words_erased"
# After this many a person has seen enough.
MAX_PROBLEMS = 1000
# The one text that an entry can have: no other order, spacing or spelling.
ENTRY = re.compile(
    r'\{"at":"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z)"'
    r',"facts":"(?P<facts>[0-9a-f]{64})","prev":"(?P<prev>[0-9a-f]{64})"'
    r',"seq":(?P<seq>[1-9][0-9]{0,17}),"v":1'
    r',"words":(?:"(?P<words>[0-9a-f]{64})"|null)\}'
)
# As mails, footers and log lines write it, however a mail programme breaks the line.
ANCHOR = re.compile(
    r"audit[\s>]+entry[\s>]+(?P<seq>[0-9]{1,18})(?:[\s>]+of[\s>]+[0-9TZ:.+-]+)?,?"
    r"[\s>]+hash[\s>]+(?P<hash>[0-9a-f]{64}|[0-9a-f]{16})(?![0-9a-f])",
    re.IGNORECASE,
)
HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LogRow:
    """One entry. `facts` None: given by its hash only. `words` None: so, or erased."""

    seq: int
    at: str
    entry: str
    facts: str | None
    words: str | None
    hash: str


@dataclass(frozen=True)
class Head:
    """A number and the hash of that entry: the end of the log, or an anchor.

    The hash of an anchor may be its first 16 digits.
    """

    seq: int
    hash: str


@dataclass(frozen=True)
class Problem:
    """What does not hold; `entry` is its number, None for the log as a whole."""

    entry: int | None
    reason: str


@dataclass(frozen=True)
class Verdict:
    """The result: `entries` were read, `head` is the hash of the last one.

    `withheld` entries were there by their hash only, `erased` without their words.
    """

    entries: int
    head: str
    problems: tuple[Problem, ...]
    withheld: int = 0
    erased: int = 0
    anchors: int = 0

    @property
    def ok(self) -> bool:
        return not self.problems


class Unreadable(ValueError):
    """The file is no exported log, or no anchor is in it; the message says where."""


def verify(
    rows: Iterable[LogRow], head: Head | None, anchors: Iterable[Head] = ()
) -> Verdict:
    """Check rows in the order of their numbers against each other and the head."""
    told = list(anchors)
    awaited = {one.seq for one in told}
    found = {0: START}
    problems: list[Problem] = []
    wordless: set[int] = set()
    count, withheld, erased, last_seq, last_hash = 0, 0, 0, 0, START
    for row in rows:
        count += 1
        reasons = [*_order(row.seq, last_seq), *_faults(row, last_hash)]
        problems += [Problem(row.seq, reason) for reason in reasons]
        last_seq, last_hash = row.seq, row.hash
        if row.seq in awaited:
            found.setdefault(row.seq, row.hash)
        if row.facts is None:
            withheld += 1
        elif row.words is None and '"words":null' not in row.entry:
            wordless.add(row.seq)
        for seq in _erased_by(row):
            if seq in wordless and seq < row.seq:
                wordless.discard(seq)
                erased += 1
        del problems[MAX_PROBLEMS:]
    problems += [
        Problem(seq, "its words are missing, and no later entry says that they went")
        for seq in sorted(wordless)
    ]
    problems += _end(last_seq, last_hash, head)
    problems += _against(told, found, last_seq)
    kept = tuple(problems[:MAX_PROBLEMS])
    return Verdict(count, last_hash, kept, withheld, erased, len(told))


def entry_hash(entry: str) -> str:
    """Return the hash of an entry's text, 64 hex digits."""
    return _sha256(PREFIX + entry)


def written(at: datetime) -> str:
    """Return an aware time as entries write it: UTC, six digits, Z."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("The time has no zone.")
    return (at.replace(tzinfo=None) - offset).isoformat(timespec="microseconds") + "Z"


def anchors_in(text: str) -> list[Head]:
    """Return the anchors of JSON, JSON lines, mails, footers or lines of a log.

    Raises `Unreadable` if there are none.
    """
    anchors = [Head(int(at["seq"]), at["hash"].lower()) for at in ANCHOR.finditer(text)]
    for part in (text, *text.splitlines()):
        if part.lstrip()[:1] in ("{", "["):
            try:
                anchors += _anchors_of(json.loads(part))
            except (ValueError, RecursionError):
                continue
    if not anchors:
        raise Unreadable("There is no anchor in this text: a number and a hash.")
    return list(dict.fromkeys(anchors))


def read_log(lines: Iterable[str]) -> tuple[Head, Iterator[LogRow]]:
    """Return head and entries of an exported log; raises `Unreadable`, also later."""
    numbered = enumerate(lines, 1)
    first = _object(*next(numbered, (1, "")))
    head: Any = first.get("head")
    if first.get("format") != FORMAT or not _is_head(head):
        raise Unreadable(f"line 1: this is no log of the form {FORMAT}")
    rows = (_row(number, line) for number, line in numbered)
    return Head(head["seq"], head["hash"]), rows


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
    stated = ENTRY.fullmatch(row.entry)
    if stated is None:
        yield "its text is not an entry of this log"
        return
    if stated["seq"] != str(row.seq):
        yield f"its text says that it is entry {stated['seq']}"
    if stated["prev"] != prev:
        yield "it does not follow the entry before it"
    if stated["at"] != row.at:
        yield "its time was changed"
    if row.facts is not None and stated["facts"] != _sha256(row.facts):
        yield "its facts were changed"
    if row.words is not None and stated["words"] != _sha256(row.words):
        yield "its words were changed"


def _erased_by(row: LogRow) -> list[int]:
    """Return the numbers of the entries whose words went, if this entry says so."""
    if row.facts is None or ERASURE not in row.facts:
        return []
    try:
        facts = json.loads(row.facts)
    except (ValueError, RecursionError):
        return []
    if not isinstance(facts, dict) or facts.get("action") != ERASURE:
        return []
    erased = facts.get("erased")
    return [seq for seq in erased if type(seq) is int] if type(erased) is list else []


def _end(seq: int, own_hash: str, head: Head | None) -> Iterator[Problem]:
    if head is None:
        yield Problem(None, "the head of the log is missing")
    elif seq < head.seq:
        said = f"the last entry is {seq}, the head says {head.seq}"
        yield Problem(None, f"the end is missing: {said}")
    elif seq > head.seq:
        yield Problem(seq, f"stands after the head, which says {head.seq}")
    elif own_hash != head.hash:
        yield Problem(seq, "the head has another hash")


def _against(told: list[Head], found: dict[int, str], last: int) -> Iterator[Problem]:
    for anchor in told:
        there = found.get(anchor.seq)
        if there is None and anchor.seq > last:
            said = f"the last entry is {last}, an anchor names entry {anchor.seq}"
            yield Problem(None, f"the end is missing: {said}")
        elif there is None:
            yield Problem(anchor.seq, "an anchor names it, and it is missing")
        elif not there.startswith(anchor.hash):
            yield Problem(
                anchor.seq, "an anchor has another hash: the log was rewritten"
            )


def _anchors_of(value: Any) -> Iterator[Head]:
    if isinstance(value, dict) and "audit_head" in value:
        value = {"seq": value.get("audit_seq"), "hash": value["audit_head"]}
    if _is_head(value):
        yield Head(value["seq"], value["hash"])
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _anchors_of(inner)


def _is_head(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and type(value.get("seq")) is int
        and isinstance(value.get("hash"), str)
        and HEX.fullmatch(value["hash"]) is not None
    )


def _row(number: int, line: str) -> LogRow:
    value = _object(number, line)
    texts = [value.get(name) for name in ("at", "entry", "hash")]
    may_be_absent = [value.get(name) for name in ("facts", "words")]
    if (
        value.keys() != set(LogRow.__annotations__)
        or type(value["seq"]) is not int
        or not all(isinstance(one, str) for one in texts)
        or not all(one is None or isinstance(one, str) for one in may_be_absent)
    ):
        raise Unreadable(f"line {number}: this is no entry of a log")
    return LogRow(**value)


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unreadable(f"line {number}: this is no line of an exported log")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("A name stands twice.")
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Check the log that the command line names; return the exit code."""
    words = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=words[0],
        epilog=words[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("log", type=Path, help="the exported log")
    parser.add_argument(
        "--anchors",
        type=Path,
        action="append",
        default=[],
        help="file with anchors: saved mails, JSON, lines of the server's log",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    try:
        texts = [path.read_text("utf-8", "replace") for path in asked.anchors]
        anchors = [anchor for text in texts for anchor in anchors_in(text)]
        with asked.log.open(encoding="utf-8", newline="\n") as lines:
            head, rows = read_log(lines)
            verdict = verify(rows, head, anchors)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The log cannot be read: {error}\n")
        return 1
    sys.stdout.write(_as_json(verdict) if asked.json else _in_words(verdict))
    return 0 if verdict.ok else 1


def _as_json(verdict: Verdict) -> str:
    problems = [vars(problem) for problem in verdict.problems]
    return json.dumps({"ok": verdict.ok, **vars(verdict), "problems": problems}) + "\n"


def _in_words(verdict: Verdict) -> str:
    said = [
        f"{'the log' if one.entry is None else f'entry {one.entry}'}: {one.reason}"
        for one in verdict.problems
    ]
    said.append("The log holds." if verdict.ok else "The log does not hold.")
    said.append(
        f"{verdict.entries} entries ({verdict.withheld} by their hash only, words of "
        f"{verdict.erased} erased), checked against {verdict.anchors} anchors."
    )
    return "\n".join([*said, f"head {verdict.head}"]) + "\n"


if __name__ == "__main__":
    sys.exit(main())

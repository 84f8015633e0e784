"""The whole log as a file that `verify_log.py` checks without the tracker."""

import json
from collections.abc import Iterator
from typing import Any

from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.canonical import canonical
from accounts.audit.verify_log import FORMAT, written
from accounts.models import AuditEntry, User

_PIECE = 1000


def whole_log(reader: User | None) -> Iterator[str]:
    """Yield the log line by line, up to the head of this moment.

    What `reader` may not read in words is there by its hash only; without a reader,
    for those who hold the database anyway, everything is there in words.
    """
    anchor = anchors.current()
    yield _line({"format": FORMAT, "head": {"hash": anchor.hash, "seq": anchor.seq}})
    entries: Any = AuditEntry.objects.all()
    if reader is not None:
        entries = AuditEntry.objects.with_hashes_for(reader)
    erasures = entries.filter(action=Action.AUDIT_WORDS_ERASED.value)
    if reader is not None:
        erasures = erasures.filter(is_open=True)
    named = _erased(erasures.filter(seq__lte=anchor.seq))
    last = 0
    while last < anchor.seq:
        piece = entries.filter(seq__gt=last, seq__lte=anchor.seq).order_by("seq")[
            :_PIECE
        ]
        rows = list(piece)
        if not rows:
            return
        for row in rows:
            is_open = reader is None or row.is_open
            # Words that went are explained only by an erasure that the file shows.
            unexplained = row.words is None and row.seq not in named
            yield _line(_as_json(row, in_words=is_open and not unexplained))
        last = rows[-1].seq


def _erased(erasures: Any) -> set[int]:
    facts = (json.loads(text) for text in erasures.values_list("facts", flat=True))
    return {seq for one in facts for seq in one["erased"]}


def _as_json(row: AuditEntry, *, in_words: bool) -> dict[str, Any]:
    return {
        "at": written(row.at),
        "entry": row.entry,
        "facts": row.facts if in_words else None,
        "hash": row.hash,
        "seq": row.seq,
        "words": row.words if in_words else None,
    }


def _line(value: dict[str, Any]) -> str:
    return canonical(value) + "\n"

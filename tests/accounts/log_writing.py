"""A log with something of everything, as rows and as an exported file."""

import json
import random
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from accounts.audit.actions import Action
from accounts.audit.erasing import erase_words
from accounts.audit.record import record
from accounts.audit.verify_log import FORMAT, Head, LogRow, written
from accounts.models import AuditEntry, AuditHead
from tests.factories import make_user

FIELDS = ("seq", "at", "entry", "facts", "words", "hash")


def write_log(length: int) -> None:
    """Write `length` entries in three scripts; the last but two erases two others."""
    ana = make_user()
    for step in range(length):
        if length > 8 and step == length - 3:
            erase_words(
                entries=[2, 5], actor=ana, reason="Asked for", at=timezone.now()
            )
            continue
        record(
            action=Action.USER_CHANGED,
            actor=ana,
            target=ana,
            before={"role": "analyst"},
            after={"role": "reviewer", "step": step},
            reason=f"Шаг خطوة {step}\n",
        )


def read_log() -> tuple[list[LogRow], Head]:
    rows = [
        LogRow(seq, written(at), *texts)
        for seq, at, *texts in AuditEntry.objects.order_by("seq").values_list(*FIELDS)
    ]
    head = AuditHead.objects.get()
    return rows, Head(head.seq, head.hash)


def write_file(path: Path, rows: Iterable[LogRow], head: Head | None) -> Path:
    """Write what the page gives to auditors, from rows that may be forged."""
    first = {"format": FORMAT, "head": asdict(head) if head else None}
    lines = [first, *(asdict(row) for row in rows)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def dice(seed: int) -> random.Random:
    """The same throws in each run."""
    return random.Random(seed)  # noqa: S311 - no secret

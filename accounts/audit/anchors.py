"""Anchors: the number and hash of the last entry, told to others while it is true.

Whoever keeps one finds a tail that was cut off later, or a log written anew, which the
log by itself cannot show (`design/security.md`, section 5).
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.audit.verify_log import written
from accounts.models import AuditEntry, AuditHead

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The log up to entry `seq`, written at `at`; nothing of what it is about."""

    seq: int
    hash: str
    at: datetime | None

    def as_json(self) -> dict[str, int | str | None]:
        """Return what `verify_audit --anchors` reads again."""
        return {
            "seq": self.seq,
            "hash": self.hash,
            "at": written(self.at) if self.at else None,
        }

    def __str__(self) -> str:
        at = f" of {written(self.at)}" if self.at else ""
        return f"audit entry {self.seq}{at}, hash {self.hash}"


def current() -> Anchor:
    """Return the anchor of this moment; an empty log has number 0 and no time."""
    last = AuditEntry.objects.filter(seq=OuterRef("seq")).values("at")
    head = AuditHead.objects.annotate(at=Subquery(last)).get()
    return Anchor(head.seq, head.hash, head.at)


def log_current() -> None:
    """Write the anchor of this moment to the log of the server."""
    log.info("%s", current())

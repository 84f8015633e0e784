"""The states of an export: claimed by compare-and-set, fenced by attempt, leased.

Every arrow is one UPDATE that names the state and the attempt it starts from. A worker
that slept past its lease changes nothing (`design/reliability.md`, section 1). The
clock is the database's.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import ExportState
from cases.models import Export

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
WORKING = (ExportState.RENDERING, ExportState.CHECKING)
UNDER_WAY = (ExportState.QUEUED, *WORKING)


class Fenced(Exception):
    """Another worker has taken this job over."""


def claim(export_id: int) -> int | None:
    """Take a waiting job; return the attempt that is now ours, None if it is not."""
    taken = Export.objects.filter(pk=export_id, state=ExportState.QUEUED).update(
        state=ExportState.RENDERING,
        attempt=F("attempt") + 1,
        lease_until=Now() + LEASE,
        step="Gathering the file",
    )
    if not taken:
        return None
    return Export.objects.values_list("attempt", flat=True).get(pk=export_id)


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on one job."""

    export_id: int
    attempt: int

    def go_on(self, step: str) -> None:
        """Say how far it is and renew the lease."""
        self._set(ExportState.RENDERING, step=step, lease_until=Now() + LEASE)

    def move_to_checking(self, step: str) -> None:
        self._set(
            ExportState.RENDERING,
            state=ExportState.CHECKING,
            step=step,
            lease_until=Now() + LEASE,
        )

    def finish(self, **result: Any) -> None:
        """The copy is there; call inside the transaction that records it."""
        self._set(
            ExportState.CHECKING,
            state=ExportState.READY,
            step="",
            lease_until=None,
            **result,
        )

    def block(self, words: str) -> Export:
        """The check found something; nothing leaves."""
        return self._end(ExportState.BLOCKED, Action.EXPORT_BLOCKED, words)

    def fail(self, words: str) -> Export | None:
        """It cannot be made; `words` is a sentence for the person who asked."""
        try:
            return self._end(ExportState.FAILED, Action.EXPORT_FAILED, words)
        except Fenced:
            return None

    def _end(self, state: ExportState, action: Action, words: str) -> Export:
        with transaction.atomic():
            self._set(*WORKING, state=state, step="", failure=words, lease_until=None)
            export = Export.objects.select_related("case").get(pk=self.export_id)
            record(action=action, actor=None, target=export, reason=words)
        return export

    def _set(self, *from_states: ExportState, **changes: Any) -> None:
        changed = Export.objects.filter(
            pk=self.export_id, attempt=self.attempt, state__in=from_states
        ).update(**changes)
        if not changed:
            raise Fenced

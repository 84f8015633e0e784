"""What keeps exports moving and gone in time, whatever died in between."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import ExportState
from cases.exports import store
from cases.exports.jobs import MOST_ATTEMPTS, WORKING
from cases.models import Export

_STRAY_AFTER = timedelta(hours=24)


def sweep(*, at: datetime) -> list[int]:
    """Hand on jobs whose worker is gone and return the ids of all that wait.

    Also removes copies whose time is over and files that no row knows. Running it
    twice changes nothing more.
    """
    _hand_on()
    _expire(at)
    for path in store.strays((at - _STRAY_AFTER).timestamp()):
        path.unlink(missing_ok=True)
    waiting = Export.objects.filter(state=ExportState.QUEUED).order_by("pk")
    return list(waiting.values_list("pk", flat=True))


def _hand_on() -> None:
    ended = Export.objects.filter(state__in=WORKING, lease_until__lt=Now())
    ended.filter(attempt__lt=MOST_ATTEMPTS).update(
        state=ExportState.QUEUED, lease_until=None, step="Waiting for another worker"
    )
    for export in ended.filter(attempt__gte=MOST_ATTEMPTS):
        with transaction.atomic():
            words = (
                f"The copy could not be made in {MOST_ATTEMPTS} tries. Ask again; if "
                "it happens once more, tell the administrator this copy's number: "
                f"{export.key}."
            )
            changed = ended.filter(pk=export.pk, attempt=export.attempt).update(
                state=ExportState.FAILED, lease_until=None, step="", failure=words
            )
            if changed:
                record(
                    action=Action.EXPORT_FAILED,
                    actor=None,
                    target=export,
                    reason=words,
                )


def _expire(at: datetime) -> None:
    over = Export.objects.filter(state=ExportState.READY, expires_at__lte=at)
    for export in over:
        with transaction.atomic():
            changed = over.filter(pk=export.pk).update(state=ExportState.EXPIRED)
            if changed:
                record(action=Action.EXPORT_EXPIRED, actor=None, target=export)
        store.remove(export)

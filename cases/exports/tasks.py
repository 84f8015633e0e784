"""The doors of the worker: make one copy; ring again for all that wait."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cases.exports.services import render_export
from cases.exports.sweep import sweep

log = logging.getLogger(__name__)


@shared_task
def render(export_id: int) -> None:
    """Make one copy. A second run finds the row claimed and does nothing."""
    render_export(export_id=export_id, at=timezone.now())


@shared_task
def ring_waiting() -> None:
    """Hand on what died and ring for every waiting copy; the claim drops doubles."""
    for export_id in sweep(at=timezone.now()):
        render.delay(export_id)


def ring(export_id: int) -> None:
    """Tell a worker at once. Without a broker the copy waits for the next sweep."""
    try:
        render.delay(export_id)
    except OperationalError:
        log.warning("the broker is away; export %s waits for the sweeper", export_id)

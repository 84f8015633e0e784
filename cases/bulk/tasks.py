"""The doors of the worker: do one act on many notices; ring again for all that wait."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cases.bulk.services import waiting, work

log = logging.getLogger(__name__)


@shared_task
def do(bulk_id: int) -> None:
    """Do or undo one. A second ring finds it claimed, or over."""
    work(bulk_id=bulk_id, clock=timezone.now)


@shared_task
def ring_waiting() -> None:
    """Ring for what waits or lost its worker; the claim drops doubles."""
    for bulk_id in waiting(at=timezone.now()):
        do.delay(bulk_id)


def ring(bulk_id: int) -> None:
    """Tell a worker at once. Without a broker it waits for the next sweep."""
    try:
        do.delay(bulk_id)
    except OperationalError:
        log.warning("the broker is away; bulk %s waits for the sweeper", bulk_id)

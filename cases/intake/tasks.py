"""The doors of the worker: do one import; ring again for all that wait."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cases.intake.services import finish, run_import
from cases.intake.waiting import has_unread_changes, waiting_runs

log = logging.getLogger(__name__)


@shared_task
def work(run_id: int) -> None:
    """Do one import. A second ring finds it over, or another import at work."""
    run_import(run_id=run_id, at=timezone.now(), clock=timezone.now, wait=False)


@shared_task
def ring_waiting() -> None:
    """Ring for runs that wait or lost their worker, and finish what a stop left."""
    for run_id in waiting_runs(at=timezone.now()):
        work.delay(run_id)
    if has_unread_changes():
        finish(at=timezone.now())


def ring(run_id: int) -> None:
    """Tell a worker at once. Without a broker the run waits for the next sweep."""
    try:
        work.delay(run_id)
    except OperationalError:
        log.warning("the broker is away; run %s waits for the sweeper", run_id)

"""The doors of the worker: go on with one run; ring again for all that wait."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from notices.screening.ageing import touch_aged
from notices.screening.runs import waiting_runs, work_on

log = logging.getLogger(__name__)
# Imports and mail use the same workers, so a long run takes turns with them.
_SLICE = timedelta(seconds=20)


@shared_task
def work(run_id: int) -> None:
    """Go on with one run for a while. A second ring finds it taken, or over."""
    run = work_on(run_id=run_id, clock=timezone.now, slice_of=_SLICE)
    if run is not None and run.is_open:
        ring(run_id)


@shared_task
def ring_waiting() -> None:
    """Ring for runs that wait or lost their worker, and for entries that grew old."""
    touch_aged(at=timezone.now())
    for run_id in waiting_runs():
        ring(run_id)


def ring(run_id: int) -> None:
    """Tell a worker at once. Without a broker the run waits for the next sweep."""
    try:
        work.delay(run_id)
    except OperationalError:
        log.warning("the broker is away; run %s waits for the sweeper", run_id)

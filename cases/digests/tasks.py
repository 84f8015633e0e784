"""The doorbells of the digests. Rows say what is to be done; a task that is lost or
comes twice changes nothing.
"""

import logging
from collections.abc import Iterable

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cases.digests import services
from cases.digests.deliver import deliver
from cases.digests.wire import Post

log = logging.getLogger(__name__)
# Kept between the tasks of a worker process, so that many mails share one connection.
_post = Post()


@shared_task
def send_digests() -> None:
    """Open what is due and ring for each. Twice: a period is opened once."""
    at = timezone.now()
    services.note_tick(at=at)
    _ring(services.open_due(at=at).waiting[: services.MOST_RUNG])


@shared_task
def ring_waiting() -> None:
    """Ring for what was left lying. Twice: whoever comes first claims it."""
    _ring(services.waiting_now(at=timezone.now()))


@shared_task
def deliver_digest(delivery_id: int) -> None:
    """Send one digest. Twice: the second finds it claimed or done."""
    deliver(delivery_id=delivery_id, at=timezone.now(), post=_post)


def _ring(numbers: Iterable[int]) -> None:
    try:
        for number in numbers:
            deliver_digest.delay(number)
    except OperationalError as error:
        log.warning("the broker does not answer, digests wait: %s", error)

from celery import shared_task
from django.utils import timezone

from config import pulse
from config.backup.nightly import back_up_tonight

# As long as the broker waits before it hands a task to another worker.
_LONGEST = 55 * 60


@shared_task
def give_sign() -> None:
    """Note that work gets done. Running it twice notes it twice, which is harmless."""
    pulse.record(pulse.WORKER, at=timezone.now())


@shared_task(time_limit=_LONGEST)
def back_up() -> None:
    """Make the backup of the night. A second run finds it there, or being made."""
    back_up_tonight(at=timezone.now())

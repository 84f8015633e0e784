from celery import shared_task
from django.utils import timezone

from config import pulse


@shared_task
def give_sign() -> None:
    """Note that work gets done. Running it twice notes it twice, which is harmless."""
    pulse.record(pulse.WORKER, at=timezone.now())

from celery import shared_task
from django.utils import timezone

from accounts.alarms import services


@shared_task
def watch_reading() -> None:
    """Look for accounts that read unusually much. Twice: one alarm an hour."""
    services.watch_reading(at=timezone.now())

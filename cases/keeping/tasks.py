"""The hourly round of keeping."""

from celery import shared_task
from django.utils import timezone

from cases.keeping.sweep import sweep


@shared_task
def keep() -> None:
    """Plan, warn, expire and erase. A second run finds nothing left to do."""
    sweep(at=timezone.now())

"""Background work on who is who: Celery rings, the database says what waits."""

from celery import shared_task
from django.utils import timezone

from notices.identity.suggesting import suggest_waiting


@shared_task
def suggest() -> None:
    """Put people side by side after imports that were not looked at."""
    suggest_waiting(at=timezone.now())

"""The clock of the review desk."""

from celery import shared_task
from django.utils import timezone

from cases.review.by_app import rerank, wake_due
from cases.review.warnings import warn_of_due


@shared_task
def wake_reviews() -> None:
    """Let reviews wait again whose day has come, and warn of those that follow.

    Twice: the second finds none.
    """
    wake_due(at=timezone.now(), today=timezone.localdate())
    warn_of_due(at=timezone.now(), today=timezone.localdate())


@shared_task
def order_inbox() -> None:
    """Order the inbox by the newest screenings. Twice: nothing moves any more."""
    rerank(at=timezone.now())

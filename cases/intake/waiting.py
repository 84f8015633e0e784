"""What nobody works on although it should be done."""

from datetime import datetime

from django.db.models import Q

from notices.choices import RunState
from notices.models import FeedRun, NoticeChange


def waiting_runs(*, at: datetime) -> list[int]:
    """Return runs that wait or whose lease ended, oldest first.

    Imports go one after the other, so while one is read no other needs a ring.
    """
    if FeedRun.objects.filter(state=RunState.READING, lease_until__gte=at).exists():
        return []
    return list(
        FeedRun.objects.filter(Q(state=RunState.RECEIVED) | Q(state=RunState.READING))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def has_unread_changes() -> bool:
    """Tell whether changes wait for the review desk while no import is at work."""
    return (
        not FeedRun.objects.filter(state=RunState.READING).exists()
        and NoticeChange.objects.filter(consumed_at=None).exists()
    )

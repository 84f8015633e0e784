"""Lines inside the app for one person: you were mentioned, given work, or warned."""

from datetime import datetime

from accounts.models import User
from cases.choices import DeskAlertKind
from cases.models import Comment, DeskAlert, Review

SHOWN = 50
# The number in the head of a page stops here.
MOST_COUNTED = 99


def tell(
    *,
    review: Review,
    user_id: int,
    kind: DeskAlertKind,
    by: User | None,
    at: datetime,
    comment: Comment | None = None,
) -> DeskAlert:
    """Tell somebody of a notice; they read it for as long as they see the notice."""
    return DeskAlert.objects.create(
        review=review, user_id=user_id, kind=kind, by=by, at=at, comment=comment
    )


def forget_alerts(*, review: Review, by: User, at: datetime) -> None:
    """Take back what a step told that is undone, where nobody has seen it yet."""
    DeskAlert.objects.filter(review=review, by=by, at=at, seen_at=None).delete()


def unseen(reader: User) -> int:
    """Return how many lines `reader` has not seen, up to `MOST_COUNTED` + 1."""
    lines = DeskAlert.objects.visible_to(reader).filter(seen_at=None)
    return lines[: MOST_COUNTED + 1].count()


def alerts_of(reader: User) -> list[DeskAlert]:
    """Return the last lines for `reader`, the newest first."""
    lines = DeskAlert.objects.visible_to(reader)
    return list(lines.select_related("review__notice__person", "by", "comment")[:SHOWN])


def see(*, reader: User, at: datetime, key: str = "") -> int:
    """Mark one line of `reader`, or all, as seen; twice is harmless."""
    lines = DeskAlert.objects.visible_to(reader).filter(seen_at=None)
    if key:
        lines = lines.filter(key=key)
    return lines.update(seen_at=at)

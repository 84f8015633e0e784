"""Taking a step back, for ten minutes, as long as nobody has done anything since."""

from datetime import datetime, timedelta

from accounts.models import User
from cases.choices import ReviewAction
from cases.models import Review, ReviewTransition
from cases.review.said import ReviewRefused
from cases.review.table import TABLE, UNDONE_BY

WINDOW = timedelta(minutes=10)


def step_to_undo(
    review: Review, actor: User, at: datetime, *, since: datetime | None = None
) -> ReviewTransition:
    """Return the step that `actor` can take back now. Raises `ReviewRefused`.

    The ten minutes run from `since` where a step was one of many, else from itself.
    """
    last = review.transitions.select_related("actor").first()
    if last is None or last.version != review.version:
        raise ReviewRefused("There is nothing to undo.")
    if last.actor_id != actor.pk:
        who = last.actor.name if last.actor else "The app"
        raise ReviewRefused(f"{who} has done something since; it stays as it is.")
    if last.action not in UNDONE_BY or not last.before:
        raise ReviewRefused("The last step cannot be undone.")
    if (review.state, ReviewAction.UNDO) not in TABLE:
        raise ReviewRefused("What is decided cannot be undone; open it again.")
    if at - (since or last.at) > WINDOW:
        raise ReviewRefused("It was done more than ten minutes ago.")
    return last


def can_undo(*, review: Review, actor: User, at: datetime) -> bool:
    """Tell whether `actor` can take back the last step of `review`; one query."""
    try:
        step_to_undo(review, actor, at)
    except ReviewRefused:
        return False
    return True

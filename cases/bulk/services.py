"""Many notices at once: done row by row, and undone within ten minutes.

Each row goes through the service that also does it alone, in a transaction of its own
with its item, so that a stop half way loses and doubles nothing: whoever claims the act
next goes on with the items that still wait.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.bulk.choosing import BulkRefused, is_filled, lock_mine, seen_items
from cases.bulk.steps import Skipped, do_one, undo_one
from cases.choices import BulkItemState, BulkState
from cases.models import Bulk, BulkItem
from cases.review.undo import WINDOW

# The most that are done while the page waits.
AT_ONCE = 100
LEASE = timedelta(minutes=2)
# A choice that nobody went on with is forgotten after a day.
FORGOTTEN_AFTER = timedelta(days=1)
_CHUNK = 50


@transaction.atomic
def begin(*, bulk: Bulk, actor: User, at: datetime) -> Bulk:
    """Let it be done; twice is once. Raises `BulkRefused`."""
    locked = lock_mine(bulk, actor)
    if locked.state != BulkState.PREVIEW:
        return locked
    if not is_filled(locked):
        raise BulkRefused("Say first what is to be done.")
    locked.state = BulkState.QUEUED
    locked.save(update_fields=["state"])
    record(
        action=Action.BULK_BEGUN,
        actor=actor,
        target=locked,
        after={"kind": locked.kind, "notices": seen_items(locked).count()},
        reason=locked.note,
    )
    return locked


@transaction.atomic
def begin_undo(*, bulk: Bulk, actor: User, at: datetime) -> Bulk:
    """Let it be undone, within ten minutes of its end. Raises `BulkRefused`."""
    locked = lock_mine(bulk, actor)
    if locked.state in (BulkState.UNDOING, BulkState.UNDONE):
        return locked
    if locked.state != BulkState.DONE or locked.done_at is None:
        raise BulkRefused("It is not done yet.")
    if at - locked.done_at > WINDOW:
        raise BulkRefused("It was done more than ten minutes ago.")
    locked.state = BulkState.UNDOING
    locked.save(update_fields=["state"])
    return locked


def may_undo(bulk: Bulk, *, at: datetime) -> bool:
    """Tell whether it is done, and so lately that it can be undone."""
    is_done = bulk.state == BulkState.DONE and bulk.done_at is not None
    return is_done and at - bulk.done_at <= WINDOW  # type: ignore[operator]


def work(*, bulk_id: int, clock: Callable[[], datetime]) -> Bulk | None:
    """Do or undo what waits; None where somebody else is at it or nothing waits."""
    bulk = _claim(bulk_id, clock())
    if bulk is None:
        return None
    is_undo = bulk.state == BulkState.UNDOING
    wanted = BulkItemState.DONE if is_undo else BulkItemState.WAITING
    while ids := list(
        bulk.items.filter(state=wanted).values_list("pk", flat=True)[:_CHUNK]
    ):
        for pk in ids:
            _one(pk, wanted, clock())
        if not _renew(bulk, clock()):
            return None
    return _end(bulk, clock())


def _claim(bulk_id: int, now: datetime) -> Bulk | None:
    """Take it by compare and set, if it waits or its worker is gone."""
    free = Bulk.objects.filter(pk=bulk_id).exclude(lease_until__gt=now)
    lease = {"attempt": F("attempt") + 1, "lease_until": now + LEASE}
    taken = free.filter(state__in=[BulkState.QUEUED, BulkState.RUNNING]).update(
        state=BulkState.RUNNING, **lease
    ) or free.filter(state=BulkState.UNDOING).update(**lease)
    if not taken:
        return None
    return Bulk.objects.select_related("actor", "assignee").get(pk=bulk_id)


def _renew(bulk: Bulk, now: datetime) -> bool:
    """Keep the claim; False where another worker has taken over."""
    mine = Bulk.objects.filter(pk=bulk.pk, attempt=bulk.attempt, state=bulk.state)
    return bool(mine.update(lease_until=now + LEASE))


@transaction.atomic
def _one(pk: int, wanted: str, at: datetime) -> None:
    """Do or undo one; the lock on the item lets two workers do it once."""
    items = BulkItem.objects.select_for_update(of=("self",)).filter(state=wanted)
    related = ("bulk__actor", "bulk__assignee", "review__notice")
    item = items.select_related(*related).filter(pk=pk).first()
    if item is None:
        return
    is_undo = wanted == BulkItemState.DONE
    try:
        if not item.bulk.actor.is_active:
            raise Skipped("Who began this does not work here any more.")
        if is_undo:
            undo_one(item, at=at)
        else:
            item.made = do_one(item, at=at)
    except Skipped as skipped:
        item.state = BulkItemState.KEPT if is_undo else BulkItemState.SKIPPED
        item.why = str(skipped)[:200]
    else:
        item.state = BulkItemState.UNDONE if is_undo else BulkItemState.DONE
    item.save(update_fields=["state", "why", "made"])


@transaction.atomic
def _end(bulk: Bulk, at: datetime) -> Bulk:
    locked = Bulk.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
    if locked.attempt != bulk.attempt or locked.state != bulk.state:
        return locked
    is_undo = locked.state == BulkState.UNDOING
    locked.state = BulkState.UNDONE if is_undo else BulkState.DONE
    locked.lease_until = None
    if is_undo:
        locked.undone_at = at
    else:
        locked.done_at = at
    locked.save()
    record(
        action=Action.BULK_UNDONE if is_undo else Action.BULK_DONE,
        actor=bulk.actor,
        target=locked,
        after=counts(locked),
    )
    return locked


def counts(bulk: Bulk) -> dict[str, int]:
    """Return how many of its notices are in which state."""
    rows = bulk.items.order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def waiting(*, at: datetime) -> list[int]:
    """Return what waits for a worker or lost its own; forget choices of yesterday."""
    old = Bulk.objects.filter(state=BulkState.PREVIEW, made_at__lt=at - FORGOTTEN_AFTER)
    old.delete()
    open_ones = Bulk.objects.filter(
        state__in=[BulkState.QUEUED, BulkState.RUNNING, BulkState.UNDOING]
    )
    free = open_ones.exclude(lease_until__gt=at)
    return list(free.order_by("pk").values_list("pk", flat=True))

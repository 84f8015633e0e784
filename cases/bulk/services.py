"""Many notices at once: chosen, shown, done row by row, and undone within ten minutes.

Each row goes through the service that also does it alone, in a transaction of its own
with its item, so that a stop half way loses and doubles nothing: whoever claims the act
next goes on with the items that still wait.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.http import QueryDict

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.bulk.steps import Foresight, Skipped, do_one, outcome_of, undo_one
from cases.choices import BulkItemState, BulkKind, BulkState
from cases.comments.tags import MarkRefused, tag_name
from cases.desk.asking import AskedFilter, asked, rows_of
from cases.models import Bulk, BulkItem, Review
from cases.review.services import today
from cases.review.undo import WINDOW

# The most at once, and the most that are done while the page waits.
MOST, AT_ONCE = 5_000, 100
LEASE = timedelta(minutes=2)
# A choice that nobody went on with is forgotten after a day.
FORGOTTEN_AFTER = timedelta(days=1)
_CHUNK = 50
LONGEST_NOTE = 10_000


class BulkRefused(Exception):
    """It cannot be done like this; `field` names what is wrong, if a field is."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Filled:
    """What goes to each of them; empty where the kind does not ask for it."""

    note: str = ""
    assignee: User | None = None
    tag: str = ""
    until: date | None = None
    reason_code: str = ""


@transaction.atomic
def choose(
    *,
    actor: User,
    kind: BulkKind,
    at: datetime,
    keys: Sequence[str] = (),
    query: str | None = None,
) -> Bulk:
    """Keep which notices are meant, by their keys or by the query of a list.

    Of more than `MOST` the first ones in the order of the list are taken. Keys of what
    `actor` may not see are as unknown as any others. Raises `BulkRefused`,
    `MissingCapability`.
    """
    require(actor, Capability.PROPOSE)
    visible = Review.objects.visible_to(actor)
    rows = (
        visible.filter(notice__key__in=list(keys)[: 2 * MOST])
        if query is None
        else rows_of(AskedFilter(asked(QueryDict(query)), user=actor))
    )
    found = list(rows.order_by("-rank", "-pk").values_list("pk", "version")[:MOST])
    if not found:
        raise BulkRefused("None of these notices is there. Choose some in the list.")
    bulk = Bulk.objects.create(kind=kind, actor=actor, made_at=at)
    BulkItem.objects.bulk_create(
        (BulkItem(bulk=bulk, review_id=pk, seen_version=seen) for pk, seen in found),
        batch_size=1_000,
    )
    return bulk


@transaction.atomic
def fill(*, bulk: Bulk, actor: User, filled: Filled, at: datetime) -> Bulk:
    """Say what is to be done with each; nothing is done yet. Raises `BulkRefused`."""
    locked = _mine(bulk, actor)
    if locked.state != BulkState.PREVIEW:
        raise BulkRefused("This is under way already.")
    _check(locked, filled, at)
    locked.note = filled.note.strip()
    locked.assignee, locked.until = filled.assignee, filled.until
    locked.tag = tag_name(filled.tag) if locked.kind == BulkKind.TAG else ""
    if locked.kind == BulkKind.DISMISS:
        locked.reason_code = filled.reason_code
        locked.outcome = outcome_of(filled.reason_code)
    locked.save()
    return locked


def _check(bulk: Bulk, filled: Filled, at: datetime) -> None:
    if len(filled.note) > LONGEST_NOTE:
        raise BulkRefused(f"Keep it under {LONGEST_NOTE:,} characters.", "note")
    if bulk.kind == BulkKind.ASSIGN and filled.assignee is None:
        raise BulkRefused("Choose who gets them.", "assignee")
    if bulk.kind == BulkKind.SNOOZE and (
        filled.until is None or filled.until <= today(at)
    ):
        raise BulkRefused("Choose a day after today.", "until")
    if bulk.kind == BulkKind.DISMISS:
        if not filled.reason_code:
            raise BulkRefused("Choose the main reason.", "reason_code")
        if not filled.note.strip():
            raise BulkRefused("Write why.", "note")
    if bulk.kind == BulkKind.TAG:
        try:
            tag_name(filled.tag)
        except MarkRefused as problem:
            raise BulkRefused(str(problem), "tag") from problem


def is_filled(bulk: Bulk) -> bool:
    """Tell whether it was said what is to be done."""
    asks = {
        BulkKind.ASSIGN: bulk.assignee_id,
        BulkKind.SNOOZE: bulk.until,
        BulkKind.DISMISS: bulk.reason_code,
        BulkKind.TAG: bulk.tag,
    }
    return bool(asks.get(BulkKind(bulk.kind), True))


def seen_items(bulk: Bulk) -> QuerySet[BulkItem]:
    """Return the items whose notices the person who chose them still sees."""
    return bulk.items.filter(review__in=Review.objects.visible_to(bulk.actor))


def foreseen(bulk: Bulk, *, at: datetime) -> list[tuple[str, list[BulkItem]]]:
    """Return the items that would be done, under "", and those skipped, by reason."""
    foresight = Foresight.of(bulk, at)
    groups: dict[str, list[BulkItem]] = {"": []}
    related = ("notice__person", "proposed_by", "assignee")
    items = seen_items(bulk)
    for item in items.select_related(*(f"review__{name}" for name in related)):
        groups.setdefault(foresight.why_not(item), []).append(item)
    done = groups.pop("")
    return [("", done), *sorted(groups.items(), key=lambda pair: -len(pair[1]))]


@transaction.atomic
def begin(*, bulk: Bulk, actor: User, at: datetime) -> Bulk:
    """Let it be done; twice is once. Raises `BulkRefused`."""
    locked = _mine(bulk, actor)
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
    locked = _mine(bulk, actor)
    if locked.state in (BulkState.UNDOING, BulkState.UNDONE):
        return locked
    if locked.state != BulkState.DONE or locked.done_at is None:
        raise BulkRefused("It is not done yet.")
    if at - locked.done_at > WINDOW:
        raise BulkRefused("It was done more than ten minutes ago.")
    locked.state = BulkState.UNDOING
    locked.save(update_fields=["state"])
    return locked


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


def _mine(bulk: Bulk, actor: User) -> Bulk:
    """Lock it for the person who chose it."""
    require(actor, Capability.PROPOSE)
    mine = Bulk.objects.visible_to(actor).select_for_update(of=("self",))
    return mine.select_related("actor", "assignee").get(pk=bulk.pk)

"""Which notices are meant, what goes to each, what would happen: nothing is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.access import require
from accounts.capabilities import Capability
from accounts.models import User
from cases.bulk.steps import Foresight
from cases.choices import BulkKind, BulkState
from cases.comments.tags import MarkRefused, tag_name
from cases.desk.asking import AskedFilter, asked, rows_of
from cases.models import Bulk, BulkItem, Review
from cases.review.services import today
from cases.review.table import outcome_of_dismissal

# The most at once.
MOST = 5_000
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
    locked = lock_mine(bulk, actor)
    if locked.state != BulkState.PREVIEW:
        raise BulkRefused("This is under way already.")
    _check(locked, filled, at)
    locked.note = filled.note.strip()
    locked.assignee, locked.until = filled.assignee, filled.until
    locked.tag = tag_name(filled.tag) if locked.kind == BulkKind.TAG else ""
    if locked.kind == BulkKind.DISMISS:
        locked.reason_code = filled.reason_code
        locked.outcome = outcome_of_dismissal(filled.reason_code)
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


def lock_mine(bulk: Bulk, actor: User) -> Bulk:
    """Lock it for the person who chose it."""
    require(actor, Capability.PROPOSE)
    mine = Bulk.objects.visible_to(actor).select_for_update(of=("self",))
    return mine.select_related("actor", "assignee").get(pk=bulk.pk)

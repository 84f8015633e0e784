"""What the pages of feeds and runs show, in pages by id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import ChangeKind, RunState
from notices.models import Feed, FeedRun, NoticeChange

SIZE = 50
# The lists of a run: address -> (heading, kinds of change).
CHANGE_LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "created": ("New", (ChangeKind.NEW,)),
        "changed": ("Changed", (ChangeKind.CHANGED,)),
        "absent": ("Missing", (ChangeKind.MISSING, ChangeKind.NO_LONGER_LISTED)),
        "reappeared": ("Listed again", (ChangeKind.BACK,)),
        "undone": ("Taken back", (ChangeKind.UNDONE,)),
    }
)
ERROR_LISTS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {"rejected": ("Rejected rows", True), "remarks": ("Remarks", False)}
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one page, and the query strings that lead further."""

    rows: Sequence[Any]
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed with its last runs."""

    feed: Feed
    last: FeedRun | None
    last_complete: FeedRun | None


def part_of(
    rows: QuerySet[Any], data: QueryDict, *, newest_first: bool = False
) -> Part:
    """Return the part of `rows` that `after` in `data` asks for."""
    after = data.get("after", "")
    place = int(after) if after.isdecimal() and len(after) < 19 else None
    if place is not None:
        side = "pk__lt" if newest_first else "pk__gt"
        rows = rows.filter(**{side: place})
    taken = list(rows.order_by("-pk" if newest_first else "pk")[: SIZE + 1])
    more, taken = len(taken) > SIZE, taken[:SIZE]
    link, first = data.copy(), data.copy()
    first.pop("after", None)
    if taken:
        link["after"] = str(taken[-1].pk)
    return Part(
        taken,
        f"?{link.urlencode()}" if more else None,
        f"?{first.urlencode()}" if place is not None else None,
    )


def feed_lines(user: User | AnonymousUser) -> list[FeedLine]:
    """Return every feed with its last run and its last complete one."""
    runs = FeedRun.objects.visible_to(user).filter(is_dry_run=False)
    runs = runs.exclude(state=RunState.UNDONE)
    newest = runs.order_by("feed_id", "-pk").distinct("feed_id")
    last = {run.feed_id: run for run in newest}
    complete = {run.feed_id: run for run in newest.filter(state=RunState.COMPLETE)}
    return [
        FeedLine(feed, last.get(feed.pk), complete.get(feed.pk))
        for feed in Feed.objects.all()
        if feed.pk in last
    ]


def list_of(run: FeedRun, asked: str) -> str:
    """Return which list of `run` to show: the one asked for or one that matters."""
    if asked in CHANGE_LISTS or asked in ERROR_LISTS:
        return asked
    if run.rejected:
        return "rejected"
    return next((n for n in ("changed", "created") if getattr(run, n)), "remarks")


def rows_of(run: FeedRun, name: str, user: User, data: QueryDict) -> Part:
    """Return the rows of one list of `run` that `user` may see."""
    if name in ERROR_LISTS:
        wanted = run.errors.filter(is_rejection=ERROR_LISTS[name][1])
        return part_of(wanted, data)
    kinds = CHANGE_LISTS[name][1]
    changes = (
        NoticeChange.objects.visible_to(user)
        .filter(Q(run=run) & Q(kind__in=kinds))
        .select_related("notice__person")
    )
    return part_of(changes, data)


def may_read_rows(user: User) -> bool:
    """Tell whether `user` may read what was received, names and all."""
    return user.can(Capability.SEE_PUBLIC_NOTICES)

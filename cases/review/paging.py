"""Keyset paging over two falling columns: as fast on page 5,000 as on page 1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.http import QueryDict

SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Order:
    """The columns of an order, both falling; no two rows are alike in the second.

    `written` and `read` turn a value of the first column into a whole number and back.
    """

    first: str
    second: str
    written: Callable[[Any], int]
    read: Callable[[int], Any]
    largest: int


BY_RANK = Order("rank", "pk", int, int, 2**31)
BY_CHANGE = Order(
    "last_changed",
    "pk",
    lambda moment: (moment - _EPOCH) // _MICROSECOND,
    lambda number: _EPOCH + number * _MICROSECOND,
    2**57,
)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page as dictionaries, and the query strings of its neighbours."""

    rows: Sequence[dict[str, Any]]
    older: str | None
    newer: str | None
    is_first: bool


class BadCursor(ValueError):
    """The address names a place in the list that cannot exist."""


def page_of(
    rows: QuerySet[Any],
    *,
    columns: Sequence[str] | None = None,
    data: QueryDict,
    order: Order = BY_RANK,
    size: int = SIZE,
) -> Page:
    """Return the page that `after` or `before` in `data` asks for.

    Rows that are already asked for as values, those of the order among them, need no
    `columns`.
    Raises `BadCursor` for a malformed cursor.
    """
    after, before = _cursor(data, "after", order), _cursor(data, "before", order)
    if before:
        found = above(rows, before, order)
    else:
        found = rows.order_by(f"-{order.first}", f"-{order.second}")
        if after:
            found = below(rows, after, order)
    if columns is not None:
        found = found.values(order.first, order.second, *columns)
    taken = list(found[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if before:
        taken.reverse()
    has_older = more if not before else True
    has_newer = bool(after) if not before else more
    return Page(
        rows=taken,
        older=_link(data, "after", taken[-1], order) if taken and has_older else None,
        newer=_link(data, "before", taken[0], order) if taken and has_newer else None,
        is_first=not has_newer,
    )


Place = tuple[Any, int]


def below(rows: QuerySet[Any], place: Place, order: Order = BY_RANK) -> QuerySet[Any]:
    """Return the rows that come after `place`, the nearest first."""
    rows = rows.filter(**{f"{order.first}__lte": place[0]})
    return rows.filter(TupleLessThan(_columns(order), place)).order_by(
        f"-{order.first}", f"-{order.second}"
    )


def above(rows: QuerySet[Any], place: Place, order: Order = BY_RANK) -> QuerySet[Any]:
    """Return the rows that come before `place`, the nearest first."""
    rows = rows.filter(**{f"{order.first}__gte": place[0]})
    return rows.filter(TupleGreaterThan(_columns(order), place)).order_by(
        order.first, order.second
    )


def _columns(order: Order) -> Tuple:
    """The pair as a row value, so that one range of the index answers it.

    Thousands of rows may be alike in the first column. Where the two stand in different
    tables, the range of the first by itself is what an index can answer.
    """
    return Tuple(F(order.first), F(order.second))


def _cursor(data: QueryDict, name: str, order: Order) -> Place | None:
    text = data.get(name)
    if not text:
        return None
    first, _, second = text.partition("-")
    if not (_is_number(first) and _is_number(second)):
        raise BadCursor("This is not a place in the list.")
    if int(first) >= order.largest or int(second) >= 2**63:
        raise BadCursor("This is not a place in the list.")
    return order.read(int(first)), int(second)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _link(data: QueryDict, name: str, row: dict[str, Any], order: Order) -> str:
    link = data.copy()
    for other in ("after", "before"):
        link.pop(other, None)
    link[name] = f"{order.written(row[order.first])}-{row[order.second]}"
    return f"?{link.urlencode()}"

"""Pages that stay where they are: each starts after a named row, not at a number.

The order is the one in which rows came in, newest first, and never changes. So a row
that comes in meanwhile neither shifts a page nor stands on two of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cases.api.base import BadQuery

LIMIT, MAX_LIMIT = 100, 500
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; `next` is what `after` has to be for the one behind it."""

    rows: list[tuple[Any, ...]]
    next: str | None


def limit_of(query: Mapping[str, str]) -> int:
    """Read `limit`; raises `BadQuery` unless it is a number from 1 to 500."""
    text = query.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_LIMIT):
        raise BadQuery([("limit", f"Give a number from 1 to {MAX_LIMIT}.")])
    return int(text)


def text_of(query: Mapping[str, str], name: str) -> str:
    """Read a text; raises `BadQuery` if it is too long or no database can hold it."""
    text = query.get(name, "")
    if len(text) > MAX_TEXT or "\0" in text:
        raise BadQuery([(name, f"Give up to {MAX_TEXT} letters, without NUL.")])
    return text


def page_of(
    rows: QuerySet[Any],
    *,
    known: Callable[[], QuerySet[Any]],
    query: Mapping[str, str],
    key: str,
    columns: tuple[str, ...],
    order: str = "-pk",
) -> Page:
    """Return the columns of a page of `rows`; the first column is the key.

    `known` gives all rows that the reader may see: `after` names one of them. `order`
    is a column without duplicates. Raises `BadQuery` for a name that the reader does
    not know.
    """
    limit = limit_of(query)
    after = text_of(query, "after")
    if after:
        column = order.removeprefix("-")
        last = known().filter(**{key: after}).values_list(column, flat=True).first()
        if last is None:
            raise BadQuery([("after", "No such row. Start again without “after”.")])
        rows = rows.filter(
            **{f"{column}__lt" if order.startswith("-") else f"{column}__gt": last}
        )
    found = list(rows.order_by(order).values_list(*columns)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(found, found[-1][0] if more else None)

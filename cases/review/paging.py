"""Keyset paging over `(rank, id)`, both descending: as fast on page 5,000 as on page 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.http import QueryDict

SIZE = 50


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
    columns: Sequence[str],
    data: QueryDict,
    size: int = SIZE,
) -> Page:
    """Return the page that `after` or `before` in `data` asks for.

    `rows` must have `rank`. Raises `BadCursor` for a malformed cursor.
    """
    after, before = _cursor(data.get("after")), _cursor(data.get("before"))
    if before:
        found = rows.filter(TupleGreaterThan(_place(), before)).order_by("rank", "pk")
    else:
        found = rows.order_by("-rank", "-pk")
        if after:
            found = found.filter(TupleLessThan(_place(), after))
    taken = list(found.values("pk", "rank", *columns)[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if before:
        taken.reverse()
    has_older = more if not before else True
    has_newer = bool(after) if not before else more
    return Page(
        rows=taken,
        older=_link(data, "after", taken[-1]) if taken and has_older else None,
        newer=_link(data, "before", taken[0]) if taken and has_newer else None,
        is_first=not has_newer,
    )


def _place() -> Tuple:
    """The pair as a row value, so that one range of the index answers it."""
    return Tuple(F("rank"), F("pk"))


def _cursor(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    rank, _, pk = text.partition("-")
    if not (rank.isdigit() and pk.isdigit() and len(text) < 40):
        raise BadCursor("This is not a place in the list.")
    return int(rank), int(pk)


def _link(data: QueryDict, name: str, row: dict[str, Any]) -> str:
    link = data.copy()
    for other in ("after", "before"):
        link.pop(other, None)
    link[name] = f"{row['rank']}-{row['pk']}"
    return f"?{link.urlencode()}"

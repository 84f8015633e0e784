"""What the address of a list asks for: its tab, the filters that are on, its rows."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from cases.choices import REVIEW_DECIDED, ReviewState
from cases.models import Review
from cases.review.filters import ReviewFilter, words_of

# Where one is in a list and which part of the page is wanted: no filters.
OF_PAGES = ("after", "before", "view", "part", "filters")
# What the tabs stand for.
OF_TABS = ("state", "assigned", "view")


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the inbox. `empty`: what it says when nothing is in it, and why."""

    label: str
    query: str
    empty: tuple[str, str]
    is_counted: bool = True


TABS = (
    Tab(
        "For review",
        f"state={ReviewState.WAITING}",
        ("Nothing to review.", "What feeds bring in or change appears here by itself."),
    ),
    Tab(
        "Mine",
        "assigned=me",
        ("Nothing is with you.", "Take a notice, and it stays here until you propose."),
    ),
    Tab(
        "Second reading",
        f"state={ReviewState.PROPOSED}&state={ReviewState.DIFFERING}",
        ("Nothing waits for a second person.", "Proposals of colleagues appear here."),
    ),
    Tab(
        "Snoozed",
        f"state={ReviewState.SNOOZED}",
        ("Nothing is snoozed.", "A snoozed notice comes back on its day."),
    ),
    Tab(
        "Decided",
        "&".join(f"state={state}" for state in REVIEW_DECIDED),
        ("Nothing is decided yet.", "A decision needs two people."),
        is_counted=False,
    ),
    Tab(
        "All",
        "view=all",
        ("No notice yet.", "Notices appear with the first import."),
        is_counted=False,
    ),
)


class AskedFilter(ReviewFilter):
    """Has only the filters that the address names; a list needs no others."""

    def __init__(
        self,
        data: QueryDict,
        *,
        user: User | AnonymousUser,
        rows: QuerySet[Any] | None = None,
    ) -> None:
        # On the instance: the class keeps all of them.
        every = ReviewFilter.base_filters.items()
        self.base_filters = {name: one for name, one in every if name in data}
        super().__init__(data, user=user, rows=rows)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its name, its value, the address without it."""

    name: str
    value: str
    href: str


def asked(data: QueryDict) -> QueryDict:
    """Return the query of the inbox: what waits, where the address asks for nothing."""
    return data if any(data.values()) else QueryDict(TABS[0].query)


def rows_of(wanted: ReviewFilter) -> QuerySet[Review]:
    """Return the rows of a filter; none where it is not valid."""
    return wanted.qs if wanted.is_valid() else wanted.queryset.none()


def _place(data: QueryDict) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(filter(None, data.getlist(name))) for name in OF_TABS)


_BY_PLACE = {_place(QueryDict(tab.query)): tab for tab in TABS}


def tab_of(data: QueryDict) -> Tab | None:
    """Return the tab that `data` is in; other filters may be on."""
    return _BY_PLACE.get(_place(data))


def chips_of(data: QueryDict, wanted: ReviewFilter) -> list[Chip]:
    """Return the filters that are on, besides those that a tab stands for."""
    of_tab = OF_TABS if tab_of(data) else ("view",)
    return [
        Chip(
            str(declared.label or name),
            ", ".join(words_of(name, value) for value in data.getlist(name) if value),
            f"?{query_of(data, without=(name, 'after', 'before', 'part', 'filters'))}",
        )
        for name, declared in wanted.filters.items()
        if name not in of_tab and any(data.getlist(name))
    ]


def query_of(data: QueryDict, *, without: tuple[str, ...] = ()) -> str:
    """Return `data` as a sorted query string without empty values and some names."""
    return urlencode(
        sorted(
            (name, value)
            for name in data
            if name not in without
            for value in data.getlist(name)
            if value
        )
    )

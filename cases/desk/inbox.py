"""The inbox: what needs a decision, why it is here, in one list."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.choices import REVIEW_DECIDED, ReviewState
from cases.models import Review
from cases.review.filters import ReviewFilter, words_of
from cases.review.paging import BadCursor, page_of

CAP = 10_000
DEFAULT = f"state={ReviewState.WAITING}"
OF_PAGES = ("after", "before", "view")
TABS = (
    ("For review", DEFAULT),
    ("Mine", "assigned=me"),
    ("Second reading", f"state={ReviewState.PROPOSED}"),
    ("Snoozed", f"state={ReviewState.SNOOZED}"),
    ("Decided", "&".join(f"state={state}" for state in REVIEW_DECIDED)),
    ("All", "view=all"),
)
COLUMNS = (
    "state", "why", "why_detail", "why_at", "is_urgent", "assignee__name",
    "notice__key", "notice__reference", "notice__person__display_name",
    "notice__birth_date", "notice__issuers", "notice__charge_summary",
    "notice__breach_band", "notice__article_band", "notice__evidence_band",
    "notice__urgency", "notice__needs_second_analyst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its name, its value, the address without it."""

    name: str
    value: str
    href: str


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, filtered by the address alone."""
    data = asked(request.GET)
    wanted = ReviewFilter(data, user=signed_in(request))
    rows = rows_of(wanted)
    try:
        page = page_of(rows, columns=COLUMNS, data=data)
    except BadCursor as problem:
        raise BadRequest(str(problem)) from problem
    context = {
        "page": page,
        "form": wanted.form,
        "is_filtered": bool(set(data) - {"state", "assigned", *OF_PAGES}),
        "tabs": _tabs(data),
        "chips": [(chip.name, chip.value, chip.href) for chip in _chips(data, wanted)],
        "query": _without(data, *OF_PAGES).urlencode(),
        "can_import": signed_in(request).can(Capability.IMPORT),
        "unknown": wanted.unknown_names(besides=OF_PAGES),
        "keep": [("state", state) for state in data.getlist("state")],
    }
    template = "cases/desk/_inbox_list.html" if _is_part(request) else None
    return render(request, template or "cases/desk/inbox.html", context)


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers of the tabs and of the list, fetched after the page."""
    user = signed_in(request)
    data = asked(request.GET)
    queries = [rows_of(ReviewFilter(QueryDict(query), user=user)) for _, query in TABS]
    here = rows_of(ReviewFilter(data, user=user))
    *numbers, total = capped_counts([*queries[:4], here])
    tabs = [
        (*tab[:3], shown(number))
        for tab, number in zip(_tabs(data), numbers, strict=False)
    ]
    context = {"tabs": [*tabs, *_tabs(data)[4:]], "total": shown(total)}
    return render(request, "cases/desk/_counts.html", context)


def asked(data: QueryDict) -> QueryDict:
    """Return the query of the list: what waits, where the address asks for nothing."""
    return data if any(data.values()) else QueryDict(DEFAULT)


def rows_of(wanted: ReviewFilter) -> QuerySet[Review]:
    """Return the rows of a filter; none where it is not valid."""
    return wanted.qs if wanted.is_valid() else wanted.queryset.none()


def capped_counts(queries: list[QuerySet[Review]]) -> list[int]:
    """Count each of `queries` up to the cap and one more, all in one statement."""
    parts, values = [], []
    for rows in queries:
        if rows.query.is_empty():
            parts.append("0")
            continue
        sql, params = rows.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += params
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return list(cursor.fetchone())


def shown(number: int) -> str:
    return f"{CAP:,}+" if number > CAP else f"{number:,}"


def _is_part(request: HttpRequest) -> bool:
    return bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]


def _tabs(data: QueryDict) -> list[tuple[str, str, bool]]:
    here = reverse("inbox")
    return [
        (label, f"{here}?{query}", _is_tab(data, QueryDict(query)))
        for label, query in TABS
    ]


def _is_tab(data: QueryDict, tab: QueryDict) -> bool:
    return all(
        sorted(data.getlist(name)) == sorted(tab.getlist(name))
        for name in ("state", "assigned", "view")
    )


def _chips(data: QueryDict, wanted: ReviewFilter) -> list[Chip]:
    chips = []
    for name in wanted.filters:
        if name in ("state", "assigned") or not data.get(name):
            continue
        href = f"?{_without(data, name, 'after', 'before').urlencode()}"
        label = wanted.filters[name].label or name
        chips.append(Chip(label, words_of(name, data[name]), href))
    return chips


def _without(data: QueryDict, *names: str) -> QueryDict:
    copy: Any = data.copy()
    for name in names:
        copy.pop(name, None)
    return copy

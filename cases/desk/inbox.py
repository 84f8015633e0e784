"""The inbox: what needs a decision, why it is here, in one list."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import ReviewState, WhyHere
from cases.desk.asking import (
    OF_PAGES,
    TABS,
    AskedFilter,
    asked,
    chips_of,
    query_of,
    rows_of,
    tab_of,
)
from cases.desk.counting import CAP, capped_counts, capped_shares, shown
from cases.desk.wording import why_words
from cases.models import Review
from cases.review.filters import ReviewFilter
from cases.review.paging import BadCursor, page_of
from notices.countries import country_name

COLUMNS = (
    "state", "why", "why_detail", "why_at", "is_urgent", "assignee", "proposed_by",
    "notice__key", "notice__reference", "notice__person__display_name",
    "notice__birth_date", "notice__issuers", "notice__charge_summary",
    "notice__breach_band", "notice__article_band", "notice__evidence_band",
    "notice__urgency",
)  # fmt: skip
STATES = dict(ReviewState.choices)
# Filters whose choices say how many rows each would leave.
SHARED = (
    ("why", "Why it is here", WhyHere.choices),
    ("state", "State", ReviewState.choices),
)
# Label, address, whether it is on, and how many.
Share = tuple[str, str, bool, str | None]
# Made once: finding the columns is a good part of asking for fifty rows.
LISTED = Review.objects.order_by("-rank", "-pk").values("rank", "pk", *COLUMNS)


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, filtered by the address alone; htmx gets its part of the page."""
    data = asked(request.GET)
    user = signed_in(request)
    wanted = AskedFilter(data, user=user, rows=LISTED)
    found = list_of(data, wanted) | {"can_import": user.can(Capability.IMPORT)}
    if not _wants_part(request):
        context = found | frame_of(data, wanted) | {"opened": None}
        return render(request, "cases/desk/inbox.html", context)
    answer = render(request, "cases/desk/_inbox_list.html", found | {"opened": None})
    answer["HX-Push-Url"] = f"{reverse('inbox')}?{found['query']}"
    return answer


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers on the tabs; with `part=total` that of the list, with `part=shares`
    those of what a filter would leave.
    """
    user = signed_in(request)
    data = asked(request.GET)
    if data.get("part") == "shares":
        shares = _shares(data, user)
        return render(request, "cases/desk/_inbox_shares.html", {"shares": shares})
    if data.get("part") == "total":
        [total] = capped_counts([rows_of(AskedFilter(data, user=user))])
        return HttpResponse(f"{shown(total)} notices")
    counted = [tab for tab in TABS if tab.is_counted]
    numbers = capped_counts(
        [rows_of(AskedFilter(QueryDict(tab.query), user=user)) for tab in counted]
    )
    words = {tab: shown(number) for tab, number in zip(counted, numbers, strict=True)}
    tabs = [
        (*link, words.get(tab)) for link, tab in zip(_tabs(data), TABS, strict=True)
    ]
    return render(request, "cases/desk/_inbox_tabs.html", {"tabs": tabs})


def _shares(data: QueryDict, user: User) -> list[tuple[str, list[Share]]]:
    """Count what each reason and each state would leave of the other filters.

    Each is one query over at most as many rows as are counted anywhere; beyond that
    the choices stand without a number.
    """
    found = []
    for name, title, choices in SHARED:
        others = QueryDict(query_of(data, without=(name, *OF_PAGES)))
        counted = capped_shares(rows_of(AskedFilter(others, user=user)), name)
        is_capped = sum(counted.values()) > CAP
        found.append(
            (
                title,
                [
                    (
                        label,
                        _with(others, name, value),
                        value in data.getlist(name),
                        None if is_capped else shown(counted[value]),
                    )
                    for value, label in choices
                    if counted.get(value)
                ],
            )
        )
    return found


def _with(others: QueryDict, name: str, value: str) -> str:
    query = others.copy()
    query[name] = value
    return f"{reverse('inbox')}?{query_of(query)}"


def _wants_part(request: HttpRequest) -> bool:
    """Whether htmx swaps the list; the panel and going back ask for the whole page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and htmx.target == "inbox-list"


def _tabs(data: QueryDict) -> list[tuple[str, str, bool]]:
    here, current = reverse("inbox"), tab_of(data)
    return [(tab.label, f"{here}?{tab.query}", tab is current) for tab in TABS]


def frame_of(data: QueryDict, wanted: AskedFilter) -> dict[str, Any]:
    """What stands around the list and stays when a filter changes.

    The panel of filters is written when somebody opens it: it is half of the page.
    """
    is_open = data.get("filters") == "open" or not wanted.is_valid()
    return {
        "tabs": _tabs(data),
        "is_all": data.get("view") == "all",
        "panel": ReviewFilter(data, user=wanted.user).form if is_open else None,
    }


def list_of(data: QueryDict, wanted: AskedFilter) -> dict[str, Any]:
    """What a filter of `LISTED` found, and which filters that were.

    Raises `BadRequest` for a place in the list that cannot exist.
    """
    try:
        page = page_of(rows_of(wanted), data=data)
    except BadCursor as problem:
        raise BadRequest(str(problem)) from problem
    tab = tab_of(data)
    is_whole = page.is_first and page.older is None
    chips = chips_of(data, wanted)
    return {
        "page": page,
        "rows": rows_as_read(data, page.rows),
        "form": wanted.form,
        "query": query_of(data, without=("after", "before", "part", "filters")),
        "chips": [(chip.name, chip.value, chip.href) for chip in chips],
        "clear": f"{reverse('inbox')}?{(tab or TABS[0]).query}",
        "total": len(page.rows) if is_whole else None,
        "empty": (tab or TABS[-1]).empty,
        "unknown": wanted.unknown_names(besides=OF_PAGES),
    }


def rows_as_read(
    data: QueryDict, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return rows of the inbox with the words that they read as."""
    before, after = reverse("inbox-notice", args=["KEY"]).split("KEY")
    after = f"{after}?{query_of(data, without=('part', 'filters'))}"
    states = data.getlist("state")
    names = _names(rows)
    return [
        {
            **row,
            "href": f"{before}{row['notice__key']}{after}",
            "issuers": ", ".join(map(country_name, row["notice__issuers"]))
            or "issuer not stated",
            "assignee": names.get(row["assignee"]),
            "proposed_by": names.get(row["proposed_by"]),
            "why_words": why_words(row),
            "why_class": row["why"].replace("_", "-"),
            "urgency": row["notice__urgency"] or ("urgent" if row["is_urgent"] else ""),
            # What the tab says already need not stand in each row.
            "state_words": "" if states == [row["state"]] else STATES[row["state"]],
        }
        for row in rows
    ]


def _names(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of the colleagues on a page; most rows name nobody yet."""
    people = {row[who] for row in rows for who in ("assignee", "proposed_by")}
    people.discard(None)
    if not people:
        return {}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name"))

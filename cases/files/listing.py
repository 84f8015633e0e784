"""The list of case files, and the flags that wait for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.dateparse import parse_datetime

from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import CaseState, MemberRole, ReviewState
from cases.models import CaseFile, CaseMember, Review
from notices.models import PersonName

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of files; `older` is the query of the next page or empty."""

    cases: list[Any]
    search: str
    is_mine: bool
    older: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.is_mine or self.older)


def case_list_page(*, reader: User, query: Mapping[str, str]) -> ListPage:
    """Return the files that `reader` may see, newest first.

    `query` may hold `q` (code or name), `mine` and `before` (the place of the page
    after, as `older` gave it).
    """
    search, mine = query.get("q", "").strip(), bool(query.get("mine"))
    cases = CaseFile.objects.visible_to(reader)
    if search:
        cases = cases.filter(
            Q(code__icontains=search)
            | Q(person__search_name__icontains=search)
            | Q(person__names__in=PersonName.objects.filter(_name_has(search)))
        ).distinct()
    if mine:
        cases = cases.filter(pk__in=reader.case_memberships.current().values("case_id"))
    place = _place(query.get("before", ""))
    if place:
        opened, code = place
        cases = cases.filter(
            Q(opened_at__lt=opened) | Q(opened_at=opened, code__lt=code)
        )
    leads = CaseMember.objects.current().filter(role=MemberRole.LEAD)
    rows = list(
        cases.select_related("person")
        .prefetch_related(
            "person__names",
            Prefetch("members", leads.select_related("user"), to_attr="leads"),
        )
        .order_by("-opened_at", "-code")[: PAGE + 1]
    )
    older = ""
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        kept = {"q": search, "mine": "1" if mine else ""}
        # By the code: gaps between numbers would tell of files that are not shown.
        place_text = f"{last.opened_at.isoformat()} {last.code}"
        older = urlencode(
            {**{k: v for k, v in kept.items() if v}, "before": place_text}
        )
    return ListPage(rows[:PAGE], search, mine, older)


def flagged_without_file(*, reader: User, limit: int = 10) -> list[Review]:
    """Return confirmed flags for whose person `reader` sees no open file."""
    if not reader.can(Capability.OPEN_CASE):
        return []
    files = CaseFile.objects.visible_to(reader).filter(
        state=CaseState.OPEN, person=OuterRef("notice__person")
    )
    return list(
        Review.objects.visible_to(reader)
        .filter(~Exists(files), state=ReviewState.FLAGGED)
        .select_related("notice__person")
        .order_by("-decided_at", "-pk")[:limit]
    )


def _name_has(search: str) -> Q:
    return Q(family_name__icontains=search) | Q(forename__icontains=search)


def _place(text: str) -> tuple[datetime, str] | None:
    moment, _, code = text.rpartition(" ")
    try:
        opened = parse_datetime(moment)
    except ValueError:
        return None
    return (opened, code) if opened and opened.tzinfo else None

"""The pages of one notice: what was said, exactly, and what we make of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.models import CaseFile, Review, ReviewTransition
from cases.review.table import moves_from
from notices.ingest.differences import changes_between
from notices.models import (
    Finding,
    Notice,
    NoticeChange,
    NoticeVersion,
    PersonName,
    RawRecord,
    Screening,
)
from notices.pages.facts import facts_panel
from notices.screening.offences import offence_tables
from notices.screening.sheet import sheet_of
from notices.screening.tables import current_version
from notices.wording import FIELD_NAMES

READS = Capability.SEE_FINDINGS


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What every page of a notice shows, as far as `user` may see it."""

    notice: Notice
    user: User
    tab: str
    back: str
    review: Review | None
    cases: list[CaseFile]

    @property
    def sees_findings(self) -> bool:
        return self.user.can(READS)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        found = [("summary", "Summary"), ("warrants", "Warrants")]
        found.append(("versions", "Versions"))
        if self.sees_findings:
            found.insert(2, ("screening", "Screening"))
            found += [("received", "As received"), ("history", "History")]
        return [(label, self.address(name), name == self.tab) for name, label in found]

    def address(self, tab: str) -> str:
        """Return the address of a tab, with the way back to the inbox kept."""
        if tab == "summary":
            return self._with_way_back(reverse("notice", args=[self.notice.key]))
        return self._with_way_back(reverse("notice-tab", args=[self.notice.key, tab]))

    @property
    def decision_address(self) -> str:
        return self._with_way_back(reverse("decision", args=[self.notice.key]))

    def _with_way_back(self, address: str) -> str:
        return f"{address}?back={quote_plus(self.back)}" if self.back else address

    @property
    def actions(self) -> list[str]:
        """Return what this user could do with the review now."""
        if self.review is None:
            return []
        return [
            action
            for action, move in moves_from(self.review.state).items()
            if self.user.can(move.capability)
            and not (
                move.by_someone_else and self.review.proposed_by_id == self.user.pk
            )
            and not (move.by_proposer and self.review.proposed_by_id != self.user.pk)
        ]


def page_of_notice(request: HttpRequest, key: str, tab: str) -> NoticePage:
    """Return the notice that the reader may see. Raises Http404 for any other."""
    user = signed_in(request)
    notice = (
        Notice.objects.visible_to(user)
        .select_related("person", "feed")
        .filter(key=key)
        .first()
    )
    if notice is None:
        raise Http404
    review = (
        Review.objects.visible_to(user)
        .filter(notice=notice)
        .select_related("assignee", "proposed_by", "decided_by")
        .first()
    )
    cases = (
        list(CaseFile.objects.visible_to(user).filter(person=notice.person_id)[:5])
        if user.can(READS)
        else []
    )
    back = request.GET.get("back", "")
    return NoticePage(notice, user, tab, back[:600], review, cases)


@needs(Capability.SEE_PUBLIC_NOTICES)
@require_safe
def notice(request: HttpRequest, key: str, tab: str = "summary") -> HttpResponse:
    """One tab of a notice."""
    if tab not in TABS:
        raise Http404
    page = page_of_notice(request, key, tab)
    if tab in ("screening", "received", "history") and not page.sees_findings:
        raise Http404
    context = TABS[tab](request, page)
    return render(request, f"cases/desk/notice_{tab}.html", {"page": page, **context})


def _summary(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    context = _warrants(request, page)
    context |= facts_panel(page.notice.person, page.user, back=request.path)
    names = PersonName.objects.visible_to(page.user)
    context["names"] = list(names.filter(person=page.notice.person_id))
    context["sightings"] = list(page.notice.sightings.select_related("feed"))
    if page.sees_findings:
        context |= _screening(request, page)
    return context


def _warrants(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    warrants = page.notice.warrants.select_related("issuer").prefetch_related("charges")
    tables = offence_tables(current_version())
    return {
        "warrants": [
            {
                "row": warrant,
                "charges": [
                    {"row": charge, "read": tables.classify(charge.text)}
                    for charge in warrant.charges.all()
                ],
            }
            for warrant in warrants
        ],
        "offences": tables.classes,
    }


def _versions(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    versions = list(
        NoticeVersion.objects.filter(notice=page.notice)
        .select_related("run__feed")
        .order_by("-number")
    )
    numbers = {one.number: one for one in versions}
    newer = _number(request.GET.get("to"), versions[0].number if versions else 1)
    older = _number(request.GET.get("from"), newer - 1)
    differences = []
    if newer in numbers and older in numbers:
        differences = changes_between(numbers[older].values, numbers[newer].values)
    changes = NoticeChange.objects.filter(notice=page.notice).exclude(kind="changed")
    return {
        "versions": versions,
        "older": older,
        "newer": newer,
        "differences": [
            (FIELD_NAMES.get(one.field, one.field), one.before, one.after)
            for one in differences
        ],
        "changes": changes.order_by("-at", "-pk")[:50],
    }


def _screening(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    screening = (
        Screening.objects.visible_to(page.user)
        .filter(notice=page.notice, is_current=True)
        .first()
    )
    if screening is None:
        return {"screening": None, "sheet": None}
    findings = Finding.objects.visible_to(page.user).filter(screening=screening)
    return {"screening": screening, "sheet": sheet_of(screening, findings)}


def _received(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    records = RawRecord.objects.visible_to(page.user).filter(notice=page.notice)
    return {"records": records.select_related("feed", "run").order_by("-pk")[:20]}


def _history(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    steps = ReviewTransition.objects.visible_to(page.user).filter(
        review__notice=page.notice
    )
    return {"steps": steps.select_related("actor").order_by("-version")[:100]}


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else default


TABS: dict[str, Callable[[HttpRequest, NoticePage], dict[str, Any]]] = {
    "summary": _summary,
    "warrants": _warrants,
    "versions": _versions,
    "screening": _screening,
    "received": _received,
    "history": _history,
}

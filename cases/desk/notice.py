"""The pages of one notice: what was said, exactly, and what we make of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import ReviewAction
from cases.comments.pages import CommentForm, comments_of
from cases.desk.asking import AskedFilter, rows_of
from cases.desk.notice_history import history_of
from cases.desk.notice_versions import received_of, versions_of
from cases.desk.readers import note_reading
from cases.desk.related import related_to
from cases.models import CaseFile, Review
from cases.review.paging import above, below
from cases.review.services import actions_open_to
from notices.models import Notice, PersonName, Screening
from notices.pages.facts import facts_panel
from notices.pages.judgements import judging_of
from notices.reading import record_notice_read
from notices.screening.offences import offence_tables
from notices.screening.reading import sheet_for
from notices.screening.tables import current_version
from notices.translating import charge_key, translations_of

READS = Capability.SEE_FINDINGS
# What a click alone does, with the key that presses it.
SMALL_ACTIONS = (
    (ReviewAction.TAKE, "Take", "a"),
    (ReviewAction.RELEASE, "Give back", None),
    (ReviewAction.WAKE, "Wake", None),
    (ReviewAction.WITHDRAW, "Withdraw my proposal", None),
)


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What every page of a notice shows, as far as `user` may see it."""

    notice: Notice
    user: User
    tab: str
    back: str
    review: Review | None
    cases: list[CaseFile]
    # Addresses of the notices before and after this one in the list one came from.
    neighbours: tuple[str, str] = ("", "")

    @property
    def sees_findings(self) -> bool:
        return self.user.can(READS)

    @property
    def works_inbox(self) -> bool:
        return self.user.can(Capability.PROPOSE) or self.user.can(Capability.SIGN)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        return [
            (label, self.address(name), name == self.tab)
            for name, label, capability in LABELS
            if self.user.can(capability)
        ]

    def address(self, tab: str) -> str:
        """Return the address of a tab, with the way back to the inbox kept."""
        if tab == "summary":
            return self._with_way_back(reverse("notice", args=[self.notice.key]))
        return self._with_way_back(reverse("notice-tab", args=[self.notice.key, tab]))

    @property
    def decision_address(self) -> str:
        return self._with_way_back(reverse("decision", args=[self.notice.key]))

    @property
    def way_back(self) -> str:
        """Return the address of the list one came from."""
        return f"{reverse('inbox')}?{self.back}" if self.back else reverse("inbox")

    def _with_way_back(self, address: str) -> str:
        return f"{address}{self.query}"

    @property
    def query(self) -> str:
        """Return what keeps the way back in the address of another page."""
        return f"?back={quote_plus(self.back)}" if self.back else ""

    @property
    def actions(self) -> list[ReviewAction]:
        """Return what this user could do with the review now."""
        return actions_open_to(self.review, self.user) if self.review else []

    @property
    def small_actions(self) -> list[tuple[ReviewAction, str, str | None]]:
        """Return the open actions that need no form, besides taking what one has."""
        has_it = self.review is not None and self.review.assignee_id == self.user.pk
        return [
            one
            for one in SMALL_ACTIONS
            if one[0] in self.actions and not (has_it and one[0] == ReviewAction.TAKE)
        ]


def page_of_notice(request: HttpRequest, key: str, tab: str) -> NoticePage:
    """Return the notice that the reader may see. Raises Http404 for any other."""
    user = signed_in(request)
    review = (
        Review.objects.visible_to(user)
        .filter(notice__key=key)
        .select_related("notice__person", "assignee", "proposed_by", "decided_by")
        .first()
    )
    notice = review.notice if review else _notice_without_review(user, key)
    record_notice_read(notice=notice, reader=user, part=tab)
    cases = (
        list(CaseFile.objects.visible_to(user).filter(person=notice.person_id)[:5])
        if user.can(READS)
        else []
    )
    page = NoticePage(
        notice, user, tab, request.GET.get("back", "")[:600], review, cases
    )
    return replace(page, neighbours=_neighbours(page))


def _notice_without_review(user: User, key: str) -> Notice:
    """Readers without findings see no review; a new notice has none yet."""
    notice = (
        Notice.objects.visible_to(user).select_related("person").filter(key=key).first()
    )
    if notice is None:
        raise Http404
    return notice


def _neighbours(page: NoticePage) -> tuple[str, str]:
    """Return where the list that one came from goes on, before and after."""
    if not (page.back and page.review and page.works_inbox):
        return "", ""
    rows = rows_of(AskedFilter(QueryDict(page.back), user=page.user))
    place = (page.review.rank, page.review.pk)
    columns = ("rank", "pk", "notice__key")
    found = (
        above(rows, place)
        .values_list(*columns)[:1]
        .union(below(rows, place).values_list(*columns)[:1], all=True)
    )
    before = after = ""
    for rank, pk, key in found:
        address = f"{reverse('notice', args=[key])}{page.query}"
        if (rank, pk) > place:
            before = address
        else:
            after = address
    return before, after


@needs(Capability.SEE_PUBLIC_NOTICES)
@require_safe
def notice(request: HttpRequest, key: str, tab: str = "summary") -> HttpResponse:
    """One tab of a notice."""
    page = page_of_notice(request, key, tab)
    if tab not in {name for name, _, capability in LABELS if page.user.can(capability)}:
        raise Http404
    note_reading(notice=page.notice, reader=page.user, at=timezone.now())
    context = TABS[tab](request, page)
    return render(request, f"cases/desk/notice_{tab}.html", {"page": page, **context})


def _summary(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    context = charges_of(page.notice)
    context |= facts_panel(page.notice.person, page.user, back=request.path)
    names = PersonName.objects.visible_to(page.user)
    context["names"] = list(names.filter(person=page.notice.person_id))
    warrants = [one["row"] for one in context["warrants"]]
    context["related"] = related_to(page.notice, warrants, page.user)
    if page.sees_findings:
        context |= screening_of(page)
    return context


def _warrants(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    return charges_of(page.notice)


def charges_of(notice: Notice) -> dict[str, Any]:
    """Return the warrants with their charges, each with how it was read, its key in
    addresses, and what colleagues wrote as its translation, the latest first."""
    warrants = notice.warrants.select_related("issuer").prefetch_related("charges")
    tables = offence_tables(current_version())
    by_hand = translations_of(notice)
    shown: list[dict[str, Any]] = [
        {
            "row": warrant,
            "charges": [
                {
                    "row": charge,
                    "read": tables.classify(charge.text),
                    "key": charge_key(charge.text),
                    "translations": by_hand.get(charge.text, []),
                }
                for charge in warrant.charges.all()
            ],
        }
        for warrant in warrants
    ]
    return {
        "warrants": shown,
        "offences": tables.classes,
        "has_translation": any(
            charge["translations"] or charge["row"].translation
            for warrant in shown
            for charge in warrant["charges"]
        ),
    }


def _versions(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    return versions_of(request, page.notice, page.address("versions"))


def screening_of(page: NoticePage) -> dict[str, Any]:
    """Return the current screening and its sheet, as far as the reader may see it."""
    screening = (
        Screening.objects.visible_to(page.user)
        .filter(notice=page.notice, is_current=True)
        .first()
    )
    if screening is None:
        return {"screening": None, "sheet": None}
    sheet = sheet_for(screening, person=page.notice.person_id, reader=page.user)
    return {"screening": screening, "sheet": sheet}


def _sheet(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    """The screening with what colleagues say of its findings."""
    return screening_of(page) | {"judging": judging_of(page.notice, request)}


def _received(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    return received_of(page.notice, page.user)


def _comments(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    return comments_of(page.review, page.user, CommentForm()) if page.review else {}


def _history(request: HttpRequest, page: NoticePage) -> dict[str, Any]:
    return {"deeds": history_of(page.notice, page.user)}


# The tabs in their order, each with what one must be allowed for it.
LABELS = (
    ("summary", "Summary", Capability.SEE_PUBLIC_NOTICES),
    ("warrants", "Warrants", Capability.SEE_PUBLIC_NOTICES),
    ("screening", "Screening", READS),
    ("versions", "Versions", Capability.SEE_PUBLIC_NOTICES),
    ("received", "As received", READS),
    ("comments", "Comments", READS),
    ("history", "History", READS),
)
TABS: dict[str, Callable[[HttpRequest, NoticePage], dict[str, Any]]] = {
    "summary": _summary,
    "warrants": _warrants,
    "versions": _versions,
    "screening": _sheet,
    "received": _received,
    "comments": _comments,
    "history": _history,
}

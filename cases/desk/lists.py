"""Notices, people and countries as lists and records, and the search over all."""

from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Count, F, Func, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.alarms.services import note_person_read
from accounts.capabilities import Capability
from accounts.models import User
from cases.models import CaseFile
from cases.review.filters import ReviewFilter
from cases.review.paging import BY_CHANGE, BadCursor, Order, Page, page_of
from notices.choices import Listing
from notices.identity.cluster import Together, together
from notices.identity.search import search_people
from notices.models import (
    ContextEntry,
    Country,
    MatterPerson,
    Notice,
    Person,
    PersonName,
)
from notices.pages.facts import facts_panel
from notices.screening.offences import offence_tables
from notices.screening.tables import current_version

READ = Capability.SEE_PUBLIC_NOTICES
COLUMNS = (
    "key", "reference", "person__display_name", "birth_date", "issuers",
    "charge_summary", "listing", "last_changed",
)  # fmt: skip
OF_PAGES = ("after", "before")
OF_NOTICE = "notice__"
# The inbox is ordered by what we make of a notice; here only readers of findings may
# learn that.
BY_NEWS = Order(
    "notice__last_changed",
    "notice_id",
    BY_CHANGE.written,
    BY_CHANGE.read,
    BY_CHANGE.largest,
)


@needs(READ)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every notice that the reader may see, without what colleagues think of it."""
    wanted = ReviewFilter(request.GET, user=signed_in(request))
    try:
        page = _page(request, wanted)
    except BadCursor as problem:
        raise BadRequest(str(problem)) from problem
    context = {
        "page": page,
        "rows": [_of_notice(row) for row in page.rows],
        "form": wanted.form,
        "query": request.GET.urlencode(),
        "listings": dict(Listing.choices),
        "enters": signed_in(request).can(Capability.RECORD_FACTS),
        "unknown": wanted.unknown_names(besides=OF_PAGES),
    }
    return render(request, "cases/desk/notices.html", context)


def _page(request: HttpRequest, wanted: ReviewFilter) -> Page:
    """Return a page of the notices that `wanted` selects, the latest news first.

    Without a filter the notices themselves are asked: one index then holds the order,
    down to the last page.
    """
    data = request.GET
    if set(data) <= set(OF_PAGES):
        plain = Notice.objects.visible_to(signed_in(request))
        return page_of(plain, columns=COLUMNS, data=data, order=BY_CHANGE)
    rows = wanted.qs if wanted.is_valid() else wanted.queryset.none()
    columns = [f"{OF_NOTICE}{column}" for column in COLUMNS]
    return page_of(rows, columns=columns, data=data, order=BY_NEWS)


def _of_notice(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(OF_NOTICE): value for name, value in row.items()}


@needs(READ)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People by name, in any script."""
    user = signed_in(request)
    asked = request.GET.get("name", "").strip()[:200]
    latest = Person.objects.visible_to(user).order_by("-pk")
    context = {
        "asked": asked,
        "found": search_people(text=asked, user=user, limit=50) if asked else [],
        "people": [] if asked else with_names(latest, user)[:50],
    }
    return render(request, "cases/desk/people.html", context)


@needs(READ)
@require_safe
def person(request: HttpRequest, key: str) -> HttpResponse:
    """Everything permitted on one human, also of others taken as one with them."""
    user = signed_in(request)
    found = Person.objects.visible_to(user).filter(key=key).first()
    if found is None:
        raise Http404
    note_person_read(user, at=timezone.now())
    one = together(found, user)
    if one.lead != found:
        return redirect("person", one.lead.key)
    notices_of = Notice.objects.visible_to(user).filter(person__in=one.ids)
    matters = MatterPerson.objects.visible_to(user).filter(person__in=one.ids)
    context: dict[str, Any] = {
        "one": one,
        "names": list(PersonName.objects.visible_to(user).filter(person__in=one.ids)),
        "notices": notices_of.select_related("person").order_by("-last_changed")[:100],
        "cases": _cases(user, one),
        "matters": matters.select_related("matter").order_by("matter_id"),
        **facts_panel(found, user, back=request.path, others=one.ids),
    }
    return render(request, "cases/desk/person.html", context)


@needs(READ)
@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """The countries that ask, with how many notices of theirs the reader may see."""
    rows = (
        Notice.objects.visible_to(signed_in(request))
        .annotate(code=Func(F("issuers"), function="unnest"))
        .values("code")
        .annotate(total=Count("pk"))
        .order_by("-total")
    )
    names = Country.objects.in_bulk([row["code"] for row in rows])
    found = [(names[r["code"]], r["total"]) for r in rows if r["code"] in names]
    return render(request, "cases/desk/countries.html", {"countries": found})


@needs(READ)
@require_safe
def country(request: HttpRequest, slug: str) -> HttpResponse:
    """What one country asks for. Context only: a country alone never decides."""
    user = signed_in(request)
    found = Country.objects.filter(slug=slug).select_related("bureau").first()
    if found is None:
        raise Http404
    asked = Notice.objects.visible_to(user).filter(issuers__contains=[found.code])
    context: dict[str, Any] = {
        "country": found,
        "by_listing": _by_listing(asked),
        "entries": ContextEntry.objects.visible_to(user)
        .standing()
        .filter(country=found)
        .select_related("entered_by")[:6],
        "may_record": user.can(Capability.RECORD_FACTS),
        "recent": asked.select_related("person").order_by("-last_changed", "-pk")[:10],
        "classes": _classes(asked) if user.can(Capability.SEE_FINDINGS) else None,
    }
    return render(request, "cases/desk/country.html", context)


def with_names(people: QuerySet[Person], user: User) -> QuerySet[Person]:
    """Fetch the names that `user` may see along with `people`."""
    names = PersonName.objects.visible_to(user)
    return people.prefetch_related(Prefetch("names", names))


def _cases(user: User, one: Together) -> list[CaseFile]:
    if not user.can(Capability.SEE_FINDINGS):
        return []
    return list(CaseFile.objects.visible_to(user).filter(person__in=one.ids)[:20])


def _by_listing(asked: QuerySet[Notice]) -> list[tuple[str, str, int]]:
    totals = dict(asked.order_by().values_list("listing").annotate(total=Count("pk")))
    return [(key, label, totals.get(key, 0)) for key, label in Listing.choices]


def _classes(asked: QuerySet[Notice]) -> list[tuple[str, str, int]]:
    names = offence_tables(current_version()).classes
    rows = (
        asked.order_by()
        .annotate(offence=Func(F("offence_classes"), function="unnest"))
        .values("offence")
        .annotate(total=Count("pk"))
        .order_by("-total")
    )
    return [
        (r["offence"], names[r["offence"]].name, r["total"])
        for r in rows
        if r["offence"] in names
    ]

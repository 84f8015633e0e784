"""The search over people, notices and case files, and the palette that uses it.

Every query is capped and answered by an index: a word that is nowhere costs as little
as one that is everywhere.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.desk.readers import recent_keys
from cases.models import CaseFile
from cases.review.filters import few
from notices.identity.search import Found, search_people
from notices.models import Notice

READ = Capability.SEE_PUBLIC_NOTICES
REFERENCE = re.compile(r"^\s*(\d{4})\s*[/-]\s*(\d{1,12})\s*$")
SHOWN = 20
# In the palette, of each kind.
SOME = 5
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, by kind."""

    people: list[Found] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    cases: list[CaseFile] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.people or self.notices or self.cases)


@needs(READ)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box: an exact notice number or code name jumps; else what is like it."""
    user = signed_in(request)
    asked = _asked(request)
    if exact := exact_address(asked, user):
        return redirect(exact)
    found = results_for(asked, user, most=SHOWN)
    context = {"asked": asked, "found": found}
    return render(request, "cases/desk/search.html", context)


@needs()
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """What the palette offers besides the page itself: results, or the recent ten."""
    user = signed_in(request)
    asked = _asked(request)
    context: dict[str, Any] = {"asked": asked, "found": Results(), "recent": []}
    if not user.can(READ):
        return render(request, "cases/desk/_palette.html", context | {"exact": None})
    context["exact"] = exact_address(asked, user) if asked else None
    if asked:
        context["found"] = results_for(asked, user, most=SOME)
    else:
        context["recent"] = _recent(user)
    return render(request, "cases/desk/_palette.html", context)


def exact_address(asked: str, user: User) -> str | None:
    """Return the page of the one notice or case file that `asked` names."""
    if number := REFERENCE.match(asked):
        visible = Notice.objects.visible_to(user)
        exact = visible.filter(reference=f"{number[1]}/{number[2]}").first()
        if exact:
            return reverse("notice", args=[exact.key])
    case = CaseFile.objects.visible_to(user).filter(code__iexact=asked).first()
    return reverse("case", args=[case.code]) if case else None


def results_for(asked: str, user: User, *, most: int) -> Results:
    """Return what `user` may see that is like `asked`, at most `most` of each kind."""
    if not asked:
        return Results()
    cases = CaseFile.objects.visible_to(user).filter(code__icontains=asked)
    return Results(
        people=search_people(text=asked, user=user, limit=most),
        notices=list(_charged(asked, user)[:most]),
        cases=list(cases[:most]) if len(asked) > 2 else [],
    )


def _charged(asked: str, user: User) -> QuerySet[Notice]:
    """Return notices whose charges have the words of `asked`, the latest news first."""
    words = SearchQuery(asked, config="simple", search_type="websearch")
    keys = few(Notice.objects.filter(search=words))
    visible = Notice.objects.visible_to(user).select_related("person")
    found = (
        visible.filter(search=words) if keys is None else visible.filter(pk__in=keys)
    )
    return found.order_by("-last_changed", "-pk")


def _recent(user: User) -> list[Notice]:
    """Return the notices that `user` read last, as far as they may still be seen."""
    keys = recent_keys(user)
    visible = Notice.objects.visible_to(user).filter(key__in=keys)
    found = {one.key: one for one in visible.select_related("person")}
    return [found[key] for key in keys if key in found]


def _asked(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").split())[:LONGEST]

"""The page on which a notice that no list shows is entered."""

from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.by_hand.forms import (
    MOST_ROWS,
    ROWS,
    ChargeForm,
    ChargeRows,
    NoticeForm,
    entered_by,
)
from cases.by_hand.services import enter_by_hand, files_of
from notices.ingest.by_hand import EntryRefused
from notices.models import Person


@needs(Capability.RECORD_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_by_hand(request: HttpRequest) -> HttpResponse:
    """Several warrants and charges, closed to all but named people by default.

    `person` in the address is whom the notice names, `case` the file it is for.
    """
    writer = signed_in(request)
    person = _person(request, writer)
    known = _initial(request, writer, person)
    if request.POST.get("more") == "rows":
        typed = {**request.POST.dict(), "readers": request.POST.getlist("readers")}
        form = NoticeForm(writer=writer, initial={**known, **typed})
        rows = ChargeRows(_with_more(request), prefix="charges")
        return _show(request, form, rows, person)
    data = request.POST if request.method == "POST" else None
    form = NoticeForm(data, writer=writer, initial=known)
    rows = ChargeRows(data, prefix="charges")
    if data is not None and form.is_valid() and rows.is_valid():
        try:
            notice = enter_by_hand(
                entered=entered_by(form, rows),
                actor=writer,
                at=timezone.now(),
                case=form.cleaned_data["case"],
                person=person,
                readers=list(form.cleaned_data["readers"]),
            )
        except EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The notice is kept and screened.")
            return redirect("notice", notice.key)
    return _show(request, form, rows, person)


def _show(
    request: HttpRequest,
    form: NoticeForm,
    rows: "BaseFormSet[ChargeForm]",
    person: Person | None,
) -> HttpResponse:
    context = {"form": form, "rows": rows, "person": person}
    return render(
        request,
        "cases/by_hand/new.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _person(request: HttpRequest, writer: User) -> Person | None:
    key = request.GET.get("person", "")
    if not key:
        return None
    found = Person.objects.visible_to(writer).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _initial(
    request: HttpRequest, writer: User, person: Person | None
) -> dict[str, Any]:
    """Return what is known already: of the file that the address names, or nothing."""
    code = request.GET.get("case", "")
    case = next((one for one in files_of(writer) if one.code == code), None)
    if code and case is None:
        raise Http404
    named = case.person if case is not None else person
    given = {"case": code} if case is not None else {}
    if named is None:
        return given
    names = named.names.first()
    return given | {
        "family_name": names.family_name if names else named.display_name,
        "forename": names.forename if names else "",
        "birth_date": named.birth_date,
        "sex": named.sex,
    }


def _with_more(request: HttpRequest) -> dict[str, Any]:
    """Return what was posted, with room for a few more charges."""
    data: dict[str, Any] = request.POST.dict()
    total = data.get("charges-TOTAL_FORMS", "0")
    count = int(total) if total.isascii() and total.isdigit() else 0
    return {**data, "charges-TOTAL_FORMS": str(min(count, MOST_ROWS - ROWS) + ROWS)}

"""The people of a case file: a lead names them, ends access, bars others."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs
from accounts.signing_in.step_up import step_up
from cases.files.access import CaseRefused, is_restricted
from cases.files.barring import bar, end_bar
from cases.files.forms import BarForm, EndForm, MemberForm
from cases.files.members import add_member, remove_member
from cases.files.page import CasePage, case_page, find_by_key
from cases.models import CaseBar
from notices.keys import key_of


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def case_people(request: HttpRequest, code: str) -> HttpResponse:
    """Who is named, why and until when; a lead names more."""
    if request.method == "POST":
        return _name(request, code)
    page = case_page(request, code, "people")
    return _show(request, page)


@step_up(doing="give somebody access to a case file")
def _name(request: HttpRequest, code: str) -> HttpResponse:
    page = case_page(request, code, "people")
    form = MemberForm(request.POST, case=page.case)
    if form.is_valid():
        try:
            add_member(
                case=page.case,
                actor=page.reader,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['user']} has access now.")
            return redirect("case-people", code)
    return _show(request, page, form=form)


@needs()
@require_POST
@step_up(doing="end somebody's access to a case file")
def case_end_access(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """End someone's access."""
    page = case_page(request, code, "people")
    member = find_by_key(page.case.members.current(), key)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: say why the access ends.")
        return redirect("case-people", code)
    try:
        remove_member(
            case=page.case,
            member=member,
            actor=page.reader,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("case-people", code)
    messages.success(request, "The access has ended.")
    ended_own = member.user_id == page.reader.pk
    return redirect("case-list") if ended_own else redirect("case-people", code)


@needs()
@require_POST
@step_up(doing="bar somebody from a case file")
def case_bar(request: HttpRequest, code: str) -> HttpResponse:
    """Bar a colleague from the file."""
    page = case_page(request, code, "people")
    form = BarForm(request.POST, case=page.case)
    if form.is_valid():
        user = form.cleaned_data["barred"]
        try:
            bar(
                case=page.case,
                user=user,
                actor=page.reader,
                reason=form.cleaned_data["why"],
                at=timezone.now(),
            )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{user} is barred from this file.")
            return redirect("case-people", code)
    return _show(request, page, bar_form=form)


@needs()
@require_POST
@step_up(doing="end a bar from a case file")
def case_end_bar(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """End a bar."""
    page = case_page(request, code, "people")
    barred = find_by_key(page.case.bars.filter(ended_at=None), key)
    try:
        end_bar(
            case=page.case,
            barred=barred,
            actor=page.reader,
            reason=request.POST.get("reason", "")[:300],
            at=timezone.now(),
        )
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The bar has ended.")
    return redirect("case-people", code)


def _show(
    request: HttpRequest,
    page: CasePage,
    *,
    form: MemberForm | None = None,
    bar_form: BarForm | None = None,
) -> HttpResponse:
    """Render the tab; who is barred is for the people named on the file."""
    past = page.case.members.exclude(
        pk__in=[member.pk for member in page.members]
    ).select_related("user")
    bars: list[CaseBar] = []
    if page.member and is_restricted(page.case):
        current = page.case.bars.filter(ended_at=None)
        bars = list(current.select_related("user", "barred_by"))
    if page.is_lead:
        form = form or MemberForm(case=page.case)
        bar_form = bar_form or BarForm(case=page.case)
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "bar_form": bar_form,
        "rows": [(member, key_of(member)) for member in page.members],
        "bars": [(one, key_of(one)) for one in bars],
        "past": past,
    }
    wrong = bool((form and form.errors) or (bar_form and bar_form.errors))
    status = 422 if wrong else 200
    return render(request, "cases/files/people.html", context, status=status)

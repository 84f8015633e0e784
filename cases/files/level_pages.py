"""Who sees the file: fewer at once, more with a second person; closed or open."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.signing_in.step_up import step_up
from cases.files.access import CaseRefused, NotNamed
from cases.files.closing import close_case, reopen_case
from cases.files.forms import LevelForm, ReasonForm
from cases.files.levels import answer_lowering, ask_to_lower, open_lowering, raise_level
from cases.files.page import CasePage, case_page

WRITE = ["GET", "HEAD", "POST"]


@needs()
@require_http_methods(WRITE)
def case_level(request: HttpRequest, code: str) -> HttpResponse:
    """Let fewer people see the file; the way to let more is on the same page."""
    if request.method == "POST":
        return _raise(request, code)
    return _show(request, case_page(request, code, "overview"))


@step_up(doing="let fewer people see a case file")
def _raise(request: HttpRequest, code: str) -> HttpResponse:
    page = case_page(request, code, "overview")
    form = LevelForm(request.POST, case=page.case)
    if form.is_valid():
        try:
            raise_level(case=page.case, actor=page.reader, **form.cleaned_data)
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Done. Fewer people see this file now.")
            return redirect("case", code)
    return _show(request, page, form=form)


@needs()
@require_POST
@step_up(doing="ask that more people see a case file")
def case_lower(request: HttpRequest, code: str) -> HttpResponse:
    """Ask that more people see the file."""
    page = case_page(request, code, "overview")
    form = LevelForm(request.POST, case=page.case, lower=True, prefix="lower")
    if form.is_valid():
        try:
            ask_to_lower(
                case=page.case,
                actor=page.reader,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Asked. Nothing changes until a second person confirms it."
            )
            return redirect("case-level", code)
    return _show(request, page, lower_form=form)


@needs()
@require_POST
@step_up(doing="say whether more people see a case file")
def case_lower_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm that more people see the file, or leave it as it is."""
    page = case_page(request, code, "overview")
    if not page.answers:
        raise NotNamed(f"Only people named on {code} who write in it answer this.")
    asked = open_lowering(page.case)
    if asked is None:
        messages.error(request, "Nobody asks to let more people see this file.")
        return redirect("case-level", code)
    confirms = request.POST.get("answer") == "confirm"
    try:
        answer_lowering(
            lowering=asked, actor=page.reader, confirms=confirms, at=timezone.now()
        )
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("case-level", code)
    words = "More people see this file now." if confirms else "It stays as it was."
    messages.success(request, words)
    return redirect("case", code)


@needs()
@require_http_methods(WRITE)
def case_state(request: HttpRequest, code: str) -> HttpResponse:
    """Close the file, or open it again."""
    page = case_page(request, code, "overview")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if page.is_closed:
                reopen_case(case=page.case, actor=page.reader, reason=reason)
            else:
                close_case(
                    case=page.case, actor=page.reader, reason=reason, at=timezone.now()
                )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = "open again" if page.is_closed else "closed"
            messages.success(request, f"{code} is {done}.")
            return redirect("case", code)
    status = 422 if form.errors else 200
    context = {"page": page, "form": form}
    return render(request, "cases/files/state.html", context, status=status)


def _show(
    request: HttpRequest,
    page: CasePage,
    *,
    form: LevelForm | None = None,
    lower_form: LevelForm | None = None,
) -> HttpResponse:
    context = {
        "page": page,
        "form": form or LevelForm(case=page.case),
        "lower_form": lower_form
        or LevelForm(case=page.case, lower=True, prefix="lower"),
        "asked": open_lowering(page.case),
        "lowers": page.is_lead and page.reader.can(Capability.LOWER_LEVEL),
    }
    wrong = bool((form and form.errors) or (lower_form and lower_form.errors))
    status = 422 if wrong else 200
    return render(request, "cases/files/level.html", context, status=status)

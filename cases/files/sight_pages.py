"""The pages that say who can see a file and why: for its lead, for administrators."""

from django import forms
from django.http import (
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import needs, signed_in
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.sheets import csv_lines
from accounts.signing_in.step_up import step_up
from accounts.validators import plain_line
from cases.files.access import NotNamed
from cases.files.page import case_page
from cases.files.sight import Sight, file_to_look_up, sights_of

COLUMNS = ("name", "role", "sees it", "why")


class CodeForm(forms.Form):
    """Asks for a file by its code."""

    code = forms.CharField(
        label="Code of the file",
        max_length=24,
        validators=[plain_line],
        help_text="Such as KESTREL-73.",
    )


@needs(Capability.SEE_WHO_SEES)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up(doing="look up who sees a case file", posts_only=True)
def who_sees(request: HttpRequest) -> HttpResponseBase:
    """Names and reasons by a code, nothing of the file; its keepers see who asked.

    A code that no file has is answered as one whose file nobody sees; so is the code
    of a file that bars the reader.
    """
    reader = signed_in(request)
    form = CodeForm(request.POST or None)
    sights: list[Sight] | None = None
    code = ""
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"].strip().upper()
        case = file_to_look_up(code, reader=reader)
        if case is not None:
            record(action=Action.CASE_SIGHT_LISTED, actor=reader, target=case)
        sights = sights_of(case, at=timezone.now(), with_words=False)
        if request.POST.get("as") == "csv":
            return _csv(sights)
    context = {"form": form, "sights": sights, "code": code}
    status = 422 if form.errors else 200
    return render(request, "cases/files/who_sees.html", context, status=status)


@needs()
@require_safe
def case_sight(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same for the lead and the keeper, with the reasons that people wrote."""
    page = case_page(request, code, "people")
    if not (page.looks_after or page.is_lead):
        raise NotNamed(f"Only the lead and the keeper of {code} see this list.")
    sights = sights_of(page.case, at=timezone.now(), with_words=True)
    if request.GET.get("as") == "csv":
        return _csv(sights)
    return render(request, "cases/files/sight.html", {"page": page, "sights": sights})


def _csv(sights: list[Sight]) -> StreamingHttpResponse:
    rows = (
        (
            one.user.name,
            one.user.get_role_display(),
            "yes" if one.sees else "no",
            one.why,
        )
        for one in sights
    )
    return StreamingHttpResponse(
        csv_lines(iter([COLUMNS, *rows])),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="who-sees.csv"'},
    )

"""The pages of case files: the list, opening one, and its parts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.choices import NoteKind
from cases.files.access import CaseRefused
from cases.files.forms import LinkForm, OpenForm, TextForm
from cases.files.history import log_of
from cases.files.listing import case_list_page, flagged_without_file
from cases.files.page import CasePage, case_page
from cases.files.services import (
    AlreadyOpen,
    CaseConflict,
    change_case,
    link_notice,
    open_case,
)
from cases.models import CaseNote, CaseNotice, Review
from notices.models import Notice

READ = ["GET", "HEAD"]
WRITE = ["GET", "HEAD", "POST"]


@needs()
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The files that the reader may see, and flags that have none yet."""
    reader = signed_in(request)
    page = case_list_page(reader=reader, query=request.GET)
    waiting = [] if page.is_filtered else flagged_without_file(reader=reader)
    return render(request, "cases/files/list.html", {"page": page, "waiting": waiting})


@needs(Capability.OPEN_CASE)
@require_http_methods(WRITE)
def case_new(request: HttpRequest, notice: str) -> HttpResponse:
    """Open a file from a flagged notice."""
    actor = signed_in(request)
    reviews = Review.objects.visible_to(actor).select_related("notice__person")
    review = reviews.filter(notice__key=notice).first()
    if review is None:
        raise Http404
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(
                review=review, actor=actor, at=timezone.now(), **form.cleaned_data
            )
        except AlreadyOpen as found:
            messages.info(request, f"{found} Link the notice there.")
            return redirect("case-notices", found.case.code)
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{case.code} is open. You are its lead.")
            return redirect("case", case.code)
    return _show(request, "new", {"review": review, "form": form}, form)


@needs()
@require_safe
def case_overview(request: HttpRequest, code: str) -> HttpResponse:
    """What the file is about, its last events and what happened to it."""
    page = case_page(request, code, "overview")
    notes = CaseNote.objects.visible_to(page.reader).filter(case=page.case)
    links = CaseNotice.objects.filter(
        case=page.case, notice__in=Notice.objects.visible_to(page.reader)
    )
    context = {
        "entries": notes.order_by("-written_at").select_related("author")[:5],
        "links": links.select_related("notice"),
        "log": log_of(
            case=page.case,
            reader=page.reader,
            with_readings=page.looks_after,
        ),
    }
    return _show(request, "overview", {"page": page, **context})


@needs()
@require_http_methods(WRITE)
def case_text(request: HttpRequest, code: str) -> HttpResponse:
    """Change the summary and the consent; a stale form loses nothing."""
    page = case_page(request, code, "overview")
    case = page.case
    form = TextForm(
        request.POST or None,
        initial={
            "summary": case.summary,
            "public_consent": case.public_consent,
            "seen_version": case.version,
        },
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            change_case(case=case, actor=page.reader, **form.cleaned_data)
        except CaseConflict as conflict:
            theirs = conflict.current
            # Saving again is then a choice made with both texts before the eyes.
            form = TextForm({**request.POST.dict(), "seen_version": theirs.version})
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("case", code)
    status = 409 if theirs else None
    context = {"page": page, "form": form, "theirs": theirs}
    return _show(request, "text", context, form, status)


@needs()
@require_http_methods(WRITE)
def case_notices(request: HttpRequest, code: str) -> HttpResponse:
    """The notices of the file; one more can be linked by its number."""
    page = case_page(request, code, "notices")
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _link(page, **form.cleaned_data)
        except CaseRefused as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, "Linked.")
            return redirect("case-notices", code)
    links = CaseNotice.objects.filter(
        case=page.case, notice__in=Notice.objects.visible_to(page.reader)
    ).select_related("notice__review", "linked_by")
    return _show(request, "notices", {"page": page, "form": form, "links": links}, form)


def _link(page: CasePage, number: str, reason: str) -> None:
    wanted = number.strip()
    found = Notice.objects.visible_to(page.reader).filter(
        key__in={wanted, wanted.replace("/", "-")}
    )
    notice = found.first()
    if notice is None:
        raise CaseRefused(f"There is no notice with the number “{wanted}”.")
    link_notice(
        case=page.case,
        notice=notice,
        actor=page.reader,
        at=timezone.now(),
        reason=reason,
    )


def _show(
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    form: Any = None,
    status: int | None = None,
) -> HttpResponse:
    """Render a page of the file; a form with errors answers 422."""
    invalid = form is not None and form.is_bound and form.errors
    return render(
        request,
        f"cases/files/{name}.html",
        {"kinds": NoteKind, **context},
        status=status or (422 if invalid else 200),
    )

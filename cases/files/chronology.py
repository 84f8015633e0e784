"""The chronology of a case file: read it, add to it in place, correct an entry."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from cases.choices import MemberRole, NoteKind
from cases.files.access import CaseRefused
from cases.files.forms import CorrectionForm, NoteForm
from cases.files.notes import add_note, correct_note
from cases.files.page import CasePage, case_page, find_by_key
from cases.models import CaseNote
from notices.keys import key_of

_FIELDS = ("kind", "happened_on", "text", "source")


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def case_chronology(request: HttpRequest, code: str) -> HttpResponse:
    """The entries by date; adding one answers with the same part of the page."""
    page = case_page(request, code, "chronology")
    form = NoteForm(request.POST or None, writer=page.reader)
    added = None
    if request.method == "POST" and form.is_valid():
        try:
            added = add_note(
                case=page.case,
                actor=page.reader,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if not request.htmx:  # type: ignore[attr-defined]
                messages.success(request, "Added.")
                return redirect("case-chronology", code)
            form = NoteForm(writer=page.reader)
    context = {"page": page, "form": form, "added": added, **_entries(request, page)}
    # htmx swaps only answers that succeed, so that a faulty form comes back as one.
    part = request.htmx and request.method == "POST"  # type: ignore[attr-defined]
    return render(
        request,
        f"cases/files/{'_chronology' if part else 'chronology'}.html",
        context,
        status=422 if form.errors and not part else 200,
    )


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def case_entry(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Correct one entry."""
    page = case_page(request, code, "chronology")
    notes = CaseNote.objects.visible_to(page.reader).filter(case=page.case)
    note = find_by_key(notes.select_related("case"), key)
    form = CorrectionForm(
        request.POST or None,
        writer=page.reader,
        initial={name: getattr(note, name) for name in _FIELDS},
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_note(note=note, actor=page.reader, **form.cleaned_data)
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Corrected. The log keeps what it said before.")
            return redirect("case-chronology", code)
    return render(
        request,
        "cases/files/entry.html",
        {"page": page, "form": form, "note": note},
        status=422 if form.errors else 200,
    )


def _entries(request: HttpRequest, page: CasePage) -> dict[str, Any]:
    """The entries of one kind or all, dated ones by date, undated ones last."""
    kind = request.GET.get("kind", "")
    notes = (
        CaseNote.objects.visible_to(page.reader)
        .filter(case=page.case)
        .select_related("author")
        .order_by("happened_on", "written_at", "pk")
    )
    if kind in NoteKind.values:
        notes = notes.filter(kind=kind)
    else:
        kind = ""
    rows = [
        {"note": note, "key": key_of(note), "mine": _may_correct(page, note)}
        for note in notes
    ]
    address = reverse("case-chronology", args=[page.case.code])
    links = [("All", address, not kind)] + [
        (label, f"{address}?kind={value}", kind == value)
        for value, label in NoteKind.choices
    ]
    return {"rows": rows, "kind": kind, "kind_links": links}


def _may_correct(page: CasePage, note: CaseNote) -> bool:
    lead = page.member is not None and page.member.role == MemberRole.LEAD
    return page.writes and (note.author_id == page.reader.pk or lead)

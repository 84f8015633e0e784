"""The pages of exports: ask for a copy, watch it being made, take it away."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability, exports
from accounts.models import User
from accounts.signing_in.step_up import step_up
from cases.choices import ExportState
from cases.exports.forms import ExportForm
from cases.exports.jobs import UNDER_WAY
from cases.exports.profiles import PROFILES
from cases.exports.services import ExportRefused, open_download, request_export
from cases.exports.signing import who_can_sign
from cases.exports.tasks import ring
from cases.files.page import CasePage, case_page
from cases.models import Export

# A downloaded file can do nothing in the browser and stays in no cache.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TYPES = {"pdf": "application/pdf", "json": "application/json"}


@needs()
@step_up(doing="make a copy of a case file to take away", posts_only=True)
@require_http_methods(["GET", "HEAD", "POST"])
def case_exports(request: HttpRequest, code: str) -> HttpResponse:
    """Who took which copy, and the form for a new one."""
    page = case_page(request, code, "exports")
    form = ExportForm(request.POST or None, reader=page.reader)
    if request.method == "POST" and form.is_valid():
        try:
            export = request_export(
                case=page.case,
                actor=page.reader,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except ExportRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if export.state == ExportState.QUEUED:
                ring(export.pk)
            return redirect("export", export.key)
    return render(
        request,
        "cases/exports/case.html",
        {"page": page, "form": form, **_taken(page)},
        status=422 if form.errors else 200,
    )


@needs()
@require_safe
def export_page(request: HttpRequest, key: str) -> HttpResponse:
    """How far a copy is; htmx asks for the same part until it stops moving."""
    export = _load(signed_in(request), key)
    part = "_progress" if request.htmx else "export"  # type: ignore[attr-defined]
    return render(request, f"cases/exports/{part}.html", _shown(export))


@needs()
@step_up(doing="download a copy of a case file")
@require_safe
def export_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The copy itself, as a download."""
    reader = signed_in(request)
    export = _load(reader, key)
    try:
        path = open_download(export=export, reader=reader, at=timezone.now())
    except ExportRefused as refusal:
        messages.warning(request, str(refusal))
        return render(request, "cases/exports/export.html", _shown(export), status=410)
    name = f"{export.case.code}-{export.profile}.{export.format}"
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=_TYPES[export.format],
    )
    for header, value in _HEADERS.items():
        response[header] = value
    return response


def _load(reader: User, key: str) -> Export:
    exports = Export.objects.visible_to(reader).select_related("case", "requested_by")
    export = exports.filter(key=key).first()
    if export is None:
        raise Http404
    return export


def _shown(export: Export) -> dict[str, Any]:
    over = export.expires_at is not None and export.expires_at <= timezone.now()
    return {
        "export": export,
        "profile": PROFILES[export.profile],
        "is_unsigned": export.state == ExportState.UNSIGNED,
        "signers": (
            who_can_sign(export) if export.state == ExportState.UNSIGNED else []
        ),
        "is_moving": export.state in UNDER_WAY,
        "is_ready": export.state == ExportState.READY and not over,
        "is_over": export.state == ExportState.EXPIRED or over,
    }


def _taken(page: CasePage) -> dict[str, Any]:
    """Every copy of the file; of others' only who took which kind when."""
    taken = Export.objects.filter(case=page.case).select_related("requested_by")
    offered = [
        (key, profile)
        for key, profile in PROFILES.items()
        if page.reader.can(profile.capability)
    ]
    return {
        "taken": taken[:100],
        "offered": offered,
        "signs": page.reader.can(Capability.SIGN),
        "once_allowed": exports(page.reader.role),
        "now": timezone.now(),
    }

"""The audit log: read, check, take along."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.audit import verify_log as verifier
from accounts.audit.actions import Action
from accounts.audit.check import Report, check_log
from accounts.audit.entries import Line, lines
from accounts.audit.forms import AnchorsForm
from accounts.audit.log_filter import LogFilter, in_pieces, page_of
from accounts.audit.readings import record_log_readings, record_log_taking
from accounts.audit.record import record
from accounts.audit.telling import uncertain_mails
from accounts.audit.whole import whole_log
from accounts.capabilities import Capability
from accounts.sheets import csv_lines
from accounts.signing_in.step_up import step_up

COLUMNS = (
    "time",
    "who",
    "did",
    "about",
    "reason",
    "changes",
    "action",
    "by",
    "session",
    "hash",
)


@needs()
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """What happened, as far as the reader may see the things it happened to."""
    return _log(request)


@needs(Capability.VERIFY_AUDIT)
@require_POST
def verify_log(request: HttpRequest) -> HttpResponse:
    """Check the whole chain, entries that the reader may not see included."""
    form = AnchorsForm(request.POST)
    if not form.is_valid():
        return _log(request, anchors_form=form)
    report = check_log(anchors=form.cleaned_data["anchors"])
    record(
        action=Action.AUDIT_VERIFIED,
        actor=signed_in(request),
        after={
            "entries": report.verdict.entries,
            "holds": report.verdict.ok,
            "anchors": report.verdict.anchors,
            "head": report.verdict.head,
        },
    )
    return _log(request, report)


@needs(Capability.VERIFY_AUDIT)
@step_up(doing="take entries of the log away as CSV")
@require_POST
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The entries of the filter as a table for a spreadsheet."""
    reader = signed_in(request)
    form = LogFilter(request.GET, reader=reader)
    entries = form.entries()
    record_log_taking(reader=reader, entries=entries)
    # Never what was asked for: the code of a walled file would stand in an entry that
    # people read who do not know of the file.
    record(
        action=Action.AUDIT_EXPORTED,
        actor=reader,
        after={"filters": sorted(form.query()), "entries": entries.count()},
    )

    def rows() -> Iterator[tuple[str, ...]]:
        yield COLUMNS
        for piece in in_pieces(entries):
            yield from map(_row, lines(piece))

    return StreamingHttpResponse(
        csv_lines(rows()),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": (
                f'attachment; filename="audit-{timezone.now():%Y-%m-%d}.csv"'
            )
        },
    )


@needs(Capability.READ_LOG)
@require_POST
@step_up
def audit_whole(request: HttpRequest) -> StreamingHttpResponse:
    """The whole log for the verifier that runs alone; sealed entries by hash only."""
    reader = signed_in(request)
    record(action=Action.AUDIT_TAKEN, actor=reader)
    name = f"audit-{timezone.now():%Y-%m-%d}.jsonl"
    return StreamingHttpResponse(
        whole_log(reader),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@needs(Capability.VERIFY_AUDIT)
@require_safe
def audit_verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks a taken log without the tracker."""
    return HttpResponse(
        Path(verifier.__file__).read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify_log.py"'},
    )


def _log(
    request: HttpRequest,
    report: Report | None = None,
    anchors_form: AnchorsForm | None = None,
) -> HttpResponse:
    form = LogFilter(request.GET, reader=signed_in(request))
    page = page_of(
        form.entries(),
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    record_log_readings(reader=form.reader, entries=page.entries)
    query = form.query()
    anchors = anchors_form or AnchorsForm()
    context = {
        "verifies": form.reader.can(Capability.VERIFY_AUDIT),
        "anchors_form": anchors,
        "audits": form.audits,
        "uncertain": uncertain_mails(at=timezone.now()) if form.audits else [],
        "sees_users": form.reader.can(Capability.SEE_USERS),
        "sees_settings": form.reader.can(Capability.READ_SETTINGS_LOG),
        "form": form,
        "lines": lines(page.entries),
        "report": report,
        "query": urlencode(query),
        "is_filtered": bool(query),
        "older": urlencode({**query, "before": page.older}) if page.older else None,
        "newer": urlencode({**query, "after": page.newer}) if page.newer else None,
    }
    status = 400 if form.errors or anchors.errors else 200
    return render(request, "accounts/audit_log.html", context, status=status)


def _row(line: Line) -> tuple[str, ...]:
    changes = "; ".join(
        f"{change.field}: {change.before or 'not stated'}"
        f" → {change.after or 'not stated'}"
        if line.has_before
        else f"{change.field}: {change.after or 'not stated'}"
        for change in line.changes
    )
    at = line.at.astimezone(UTC).isoformat(timespec="seconds")
    return (
        at,
        line.actor,
        line.sentence,
        line.label,
        line.reason,
        changes,
        line.action,
        line.via,
        line.session,
        line.hash,
    )

"""The pages of feeds and runs: take files in, watch, look through, take back."""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.sheets import csv_lines
from cases.intake.forms import ImportForm
from cases.intake.listing import (
    CHANGE_LISTS,
    ERROR_LISTS,
    feed_lines,
    list_of,
    may_read_rows,
    part_of,
    rows_of,
)
from cases.intake.services import receive, repeat
from cases.intake.store import ImportRefused, store
from cases.intake.tasks import ring
from cases.intake.undoing import undo_import
from cases.intake.upload import TOO_LARGE
from notices.choices import RUN_OPEN, RunState
from notices.ingest.undo import UndoRefused
from notices.models import FeedRun
from notices.wording import FIELD_NAMES


@needs(Capability.SEE_RUNS)
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Whether the feeds can be trusted today, and every run."""
    reader = signed_in(request)
    runs = FeedRun.objects.visible_to(reader).select_related("feed", "started_by")
    context = {
        "lines": feed_lines(reader),
        "runs": part_of(runs, request.GET, newest_first=True),
        "may_import": reader.can(Capability.IMPORT),
    }
    return render(request, "cases/intake/feeds.html", context)


@needs(Capability.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Choose files; a worker reads them and the page of the run shows how far."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not form.is_bound:
        form = ImportForm({}, {})
    for name in request.META.get(TOO_LARGE, []):
        form.add_error("uploads", f"{name} is larger than 2 GB.")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            run = receive(
                files=[store(one.name, one) for one in given["uploads"]],
                actor=signed_in(request),
                at=timezone.now(),
                source_format=given["source_format"],
                feed_slug=given["feed"],
                is_full=given["is_full"],
                is_dry_run=given["is_dry_run"],
            )
        except ImportRefused as refused:
            form.add_error("uploads", str(refused))
        else:
            ring(run.pk)
            return redirect("run", run.pk)
    status = 422 if form.errors else 200
    return render(request, "cases/intake/new.html", {"form": form}, status=status)


@needs(Capability.SEE_RUNS)
@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is and what it did; htmx asks again until it is over."""
    run = _load(request, pk)
    if request.htmx and "part" in request.GET:  # type: ignore[attr-defined]
        context = {**_progress(run), "is_part": True}
        return render(request, "cases/intake/_progress.html", context)
    reader = signed_in(request)
    shown = list_of(run, request.GET.get("list", ""))
    context = {
        **_progress(run),
        "shown": shown,
        "part": rows_of(run, shown, reader, request.GET),
        "field_names": FIELD_NAMES,
        "may_import": reader.can(Capability.IMPORT),
        "may_read_rows": may_read_rows(reader),
    }
    return render(request, "cases/intake/run.html", context)


@needs(Capability.IMPORT)
@require_safe
def run_errors(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every rejected row and remark as a table to mend and send again."""
    run = _load(request, pk)
    rows = run.errors.order_by("pk").values_list(
        "source", "row", "field", "reason", "is_rejection", "raw"
    )
    head = ("file", "row", "field", "reason", "rejected", "as received")
    lines = (
        (source, str(row or ""), field, reason, "yes" if rejected else "no", raw)
        for source, row, field, reason, rejected, raw in rows.iterator()
    )
    response = StreamingHttpResponse(
        csv_lines(chain([head], lines)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="run-{run.pk}-rows.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs(Capability.IMPORT)
@require_POST
def run_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a run back whole, or say why not."""
    run = _load(request, pk)
    try:
        undo_import(run=run, actor=signed_in(request), at=timezone.now())
    except UndoRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Run {run.pk} was taken back.")
    return redirect("run", run.pk)


@needs(Capability.IMPORT)
@require_POST
def run_import_now(request: HttpRequest, pk: int) -> HttpResponse:
    """After a dry run: take the same files in for real."""
    run = _load(request, pk)
    try:
        real = repeat(run=run, actor=signed_in(request), at=timezone.now())
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("run", run.pk)
    ring(real.pk)
    return redirect("run", real.pk)


def _load(request: HttpRequest, pk: int) -> FeedRun:
    runs = FeedRun.objects.visible_to(request.user)
    run = runs.select_related("feed", "started_by").filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def _progress(run: FeedRun) -> dict[str, Any]:
    ended = run.state in (RunState.COMPLETE, RunState.INCOMPLETE, RunState.FAILED)
    return {
        "run": run,
        "is_moving": run.state in RUN_OPEN,
        "can_undo": ended and not run.is_dry_run,
        "lists": _lists(run),
        "is_part": False,
    }


def _lists(run: FeedRun) -> list[tuple[str, str, int | None]]:
    """Return (address, heading, count) of the lists of a run."""
    lists: list[tuple[str, str, int | None]] = [("rejected", "Rejected", run.rejected)]
    if not run.is_dry_run:
        lists += [
            (name, heading, getattr(run, name, None))
            for name, (heading, _) in CHANGE_LISTS.items()
            if name != "undone" or run.state == RunState.UNDONE
        ]
    lists.append(("remarks", ERROR_LISTS["remarks"][0], None))
    return lists

"""The pages of events and of the record of states."""

from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from accounts.sheets import csv_lines
from notices.choices import ContextKind
from notices.context.dates import stale_from
from notices.context.entries import (
    EntryError,
    add_entry,
    change_entry,
    withdraw_entry,
)
from notices.context.forms import EntryFilter, EntryForm, SheetForm, initial_of
from notices.context.sheets import SheetError, as_rows, take_in
from notices.models import ContextEntry, Country, Finding
from notices.screening.ruleset import load
from notices.screening.runs import waiting_runs
from notices.screening.tasks import ring

READ, WRITE = Capability.SEE_PUBLIC_NOTICES, Capability.RECORD_FACTS
SIZE = 50
_SHOWN = 20


@needs(READ)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Events and records, the latest first."""
    user = signed_in(request)
    form = EntryFilter(request.GET)
    rows = form.narrow(ContextEntry.objects.visible_to(user))
    part, older = _part(rows, request.GET.get("after", ""))
    query = request.GET.copy()
    query.pop("after", None)
    newer = f"?{query.urlencode()}" if request.GET.get("after") else None
    if older:
        query["after"] = older
    context = {
        "form": form,
        "entries": [{"row": one, "is_old": _is_old(one)} for one in part],
        "older": f"?{query.urlencode()}" if older else None,
        "newer": newer,
        "asked": any(request.GET.get(name) for name in form.fields),
        "may_write": user.can(WRITE),
        "country": form.cleaned_data.get("country") if form.is_valid() else None,
    }
    return render(request, "notices/events.html", context)


def _part(rows: Any, after: str) -> tuple[list[ContextEntry], str]:
    """Return a page of `rows` after the entry `after`, and the key that goes on."""
    last = ContextEntry.objects.filter(key=after).first() if after else None
    if last is not None:
        place = (last.happened_on, last.pk)
        rows = rows.filter(happened_on__lte=place[0]).exclude(
            happened_on=place[0], pk__gte=place[1]
        )
    taken = list(rows.select_related("country", "entered_by")[: SIZE + 1])
    return taken[:SIZE], taken[SIZE - 1].key if len(taken) > SIZE else ""


def _is_old(entry: ContextEntry) -> bool:
    """Whether an entry is older than the screening reads."""
    tables = load().context
    return (
        tables is not None
        and entry.kind == ContextKind.MISUSE
        and timezone.now().date() >= stale_from(entry.happened_on, tables.record_months)
    )


@needs(READ)
@require_safe
def entry_page(request: HttpRequest, key: str) -> HttpResponse:
    """One entry: source, who entered it, and the notices whose screening names it."""
    user = signed_in(request)
    entry = _entry(user, key)
    named = Finding.objects.visible_to(user).filter(
        rests_on__contains=[["entry", key]], screening__is_current=True
    )
    findings = named.select_related("screening__notice__person").order_by("-pk")
    context = {
        "entry": entry,
        "is_old": _is_old(entry),
        "findings": findings[:_SHOWN] if user.can(Capability.SEE_FINDINGS) else None,
        "may_write": user.can(WRITE) and entry.withdrawn_at is None,
    }
    return render(request, "notices/event.html", context)


@needs(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Record an event, or what a source says of a state."""
    asked = Country.objects.filter(slug=request.GET.get("country", "")).first()
    form = EntryForm(request.POST or None, initial={"country": asked})
    if request.method == "POST" and form.is_valid():
        try:
            entry = add_entry(
                told=form.told(), actor=signed_in(request), at=timezone.now()
            )
        except EntryError as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            return _kept(request, entry, "Recorded.")
    return _form(request, form, None)


@needs(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change an entry; its earlier words stay in the log and in old screenings."""
    user = signed_in(request)
    entry = _entry(user, key)
    form = EntryForm(request.POST or None, initial=initial_of(entry))
    if request.method == "POST" and form.is_valid():
        try:
            entry = change_entry(
                entry=entry, told=form.told(), actor=user, at=timezone.now()
            )
        except EntryError as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            return _kept(request, entry, "Changed.")
    return _form(request, form, entry)


@needs(WRITE)
@require_POST
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw an entry, with a reason; the row stays for the record."""
    user = signed_in(request)
    entry = _entry(user, key)
    try:
        withdraw_entry(
            entry=entry,
            actor=user,
            at=timezone.now(),
            reason=request.POST.get("reason", ""),
        )
    except EntryError as problem:
        messages.error(request, str(problem))
        return redirect("event", entry.key)
    return _kept(request, entry, "Withdrawn.")


@needs(READ)
@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """The entries of the list as CSV; the same table can be taken in again."""
    rows = EntryFilter(request.GET).narrow(
        ContextEntry.objects.visible_to(signed_in(request))
    )
    response = StreamingHttpResponse(
        csv_lines(as_rows(rows.iterator())), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="events.csv"'
    return response


@needs(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Take in a table; each row that is left out is named with its field and reason."""
    form = SheetForm(request.POST or None, request.FILES or None)
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_in(
                content=form.cleaned_data["table"].read(),
                actor=signed_in(request),
                at=timezone.now(),
            )
        except SheetError as problem:
            form.add_error("table", str(problem))
        else:
            _ring()
    wrong = form.errors or (taken is not None and taken.problems)
    return render(
        request,
        "notices/events_import.html",
        {"form": form, "taken": taken, "kinds": ContextKind.choices},
        status=422 if wrong else 200,
    )


def _entry(user: User, key: str) -> ContextEntry:
    rows = ContextEntry.objects.visible_to(user)
    related = ("country", "entered_by", "withdrawn_by")
    return get_object_or_404(rows.select_related(*related), key=key)


def _kept(request: HttpRequest, entry: ContextEntry, said: str) -> HttpResponse:
    _ring()
    messages.success(request, f"{said} What it touches is screened again.")
    return redirect("event", entry.key)


def _ring() -> None:
    for run in waiting_runs():
        ring(run)


def _form(
    request: HttpRequest, form: EntryForm, entry: ContextEntry | None
) -> HttpResponse:
    return render(
        request,
        "notices/event_form.html",
        {"form": form, "entry": entry},
        status=422 if form.errors else 200,
    )

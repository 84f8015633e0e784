"""Many notices at once, page by page: choose, fill in, look, do, undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.bulk.choosing import (
    MOST,
    BulkRefused,
    choose,
    fill,
    foreseen,
    is_filled,
    seen_items,
)
from cases.bulk.forms import FillForm, form_of
from cases.bulk.services import AT_ONCE, begin, begin_undo, counts, may_undo, work
from cases.bulk.tasks import ring
from cases.choices import BulkItemState, BulkKind, BulkState
from cases.models import Bulk, BulkItem, Review
from cases.review.undo import WINDOW

# Of a group as many are named.
NAMED = 8
WORDS = {
    BulkKind.ASSIGN: "will be given to {}",
    BulkKind.TAG: "will get the tag “{}”",
    BulkKind.SNOOZE: "will rest until {}",
    BulkKind.DISMISS: "will be proposed as {}, for a second person to read",
    BulkKind.TRANSLATE: "will be put on the list of translations",
}


@needs(Capability.PROPOSE)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Keep what was picked in a list, or all that its filter finds."""
    kind = request.POST.get("kind", "")
    back = request.POST.get("query", "")[:600]
    if kind not in BulkKind.values:
        messages.error(request, "Choose what to do with the notices you picked.")
        return redirect(f"{reverse('inbox')}?{back}")
    try:
        bulk = choose(
            actor=signed_in(request),
            kind=BulkKind(kind),
            keys=request.POST.getlist("pick"),
            query=request.POST.get("query", "") if "all" in request.POST else None,
            at=timezone.now(),
        )
    except BulkRefused as problem:
        messages.error(request, str(problem))
        return redirect(f"{reverse('inbox')}?{back}")
    return redirect("bulk", bulk.key)


@needs(Capability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, key: str) -> HttpResponse:
    """The form, then what would happen; while it is done how far, then what came."""
    found = _load(request, key)
    if request.method == "POST":
        return _fill(request, found)
    if found.state == BulkState.PREVIEW:
        return _show_preview(request, found, form_of(found))
    part = "_progress" if request.htmx else "bulk"  # type: ignore[attr-defined]
    return render(request, f"cases/bulk/{part}.html", _shown(request, found))


def _fill(request: HttpRequest, found: Bulk) -> HttpResponse:
    form = form_of(found, request.POST)
    if form.is_valid():
        try:
            fill(
                bulk=found,
                actor=signed_in(request),
                filled=form.filled(),
                at=timezone.now(),
            )
        except BulkRefused as problem:
            form.add_error(
                problem.field if problem.field in form.fields else None, str(problem)
            )
    if form.errors:
        return _show_preview(request, found, form, status=400)
    return redirect(reverse("bulk", args=[found.key]) + "#preview")


@needs(Capability.PROPOSE)
@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Do it: a few at once, many by the worker."""
    return _set_going(request, key, begin, BulkState.QUEUED)


@needs(Capability.PROPOSE)
@require_POST
def undo(request: HttpRequest, key: str) -> HttpResponse:
    """Put everything back that nobody has touched since."""
    return _set_going(request, key, begin_undo, BulkState.UNDOING)


def _set_going(
    request: HttpRequest, key: str, step: Callable[..., Bulk], state: BulkState
) -> HttpResponse:
    """Take a step of the act, and let it be worked on if it stands in `state` now."""
    found = _load(request, key)
    try:
        began = step(bulk=found, actor=signed_in(request), at=timezone.now())
    except BulkRefused as problem:
        messages.error(request, str(problem))
    else:
        if began.state == state:
            _go_on(began)
    return redirect("bulk", key)


def _go_on(found: Bulk) -> None:
    if found.items.count() <= AT_ONCE:
        work(bulk_id=found.pk, clock=timezone.now)
    else:
        ring(found.pk)


def _load(request: HttpRequest, key: str) -> Bulk:
    mine = Bulk.objects.visible_to(signed_in(request)).select_related("assignee")
    return get_object_or_404(mine, key=key)


def _show_preview(
    request: HttpRequest, found: Bulk, form: FillForm, status: int = 200
) -> HttpResponse:
    total = seen_items(found).count()
    groups: list[dict[str, Any]] = []
    if is_filled(found) and not form.errors:
        groups = _groups(found)
    context = {
        "bulk": found,
        "form": form,
        "total": total,
        "is_cut": total == MOST,
        "groups": groups,
        "doable": sum(one["number"] for one in groups if not one["skip"]),
    }
    return render(request, "cases/bulk/preview.html", context, status=status)


def _groups(found: Bulk) -> list[dict[str, Any]]:
    """Return what would happen, in the words of the page."""
    return [
        {
            "number": len(items),
            "word": "will be skipped" if why else _word(found),
            "why": why,
            "skip": bool(why),
            "rows": [_named(one) for one in items[:NAMED]],
        }
        for why, items in foreseen(found, at=timezone.now())
        if items
    ]


def _word(found: Bulk) -> str:
    if found.assignee is not None:
        said = found.assignee.name
    elif found.kind == BulkKind.DISMISS:
        said = f"“{found.get_outcome_display().lower()}”"
    else:
        said = found.tag or (f"{found.until:%-d %b %Y}" if found.until else "")
    return WORDS[BulkKind(found.kind)].format(said)


def _named(item: BulkItem) -> tuple[str, str]:
    notice = item.review.notice
    name = notice.person.display_name or str(notice)
    return name, reverse("notice", args=[notice.key])


def _shown(request: HttpRequest, found: Bulk) -> dict[str, Any]:
    """How far it is, and of those left out a few, with why."""
    by_state = counts(found)
    user, at = signed_in(request), timezone.now()
    left = found.items.filter(state__in=[BulkItemState.SKIPPED, BulkItemState.KEPT])
    visible = left.filter(review__in=Review.objects.visible_to(user))
    total = sum(by_state.values())
    is_undo = found.state in (BulkState.UNDOING, BulkState.UNDONE)
    over = total - by_state.get(
        BulkItemState.DONE if is_undo else BulkItemState.WAITING, 0
    )
    return {
        "bulk": found,
        "is_moving": found.state
        in (BulkState.QUEUED, BulkState.RUNNING, BulkState.UNDOING),
        "total": total,
        "over": over,
        "by_state": by_state,
        "left": list(visible.select_related("review__notice__person")[:50]),
        "left_number": by_state.get(BulkItemState.SKIPPED, 0)
        + by_state.get(BulkItemState.KEPT, 0),
        "undo_until": found.done_at + WINDOW
        if found.done_at and found.state == BulkState.DONE
        else None,
        "can_undo": may_undo(found, at=at) and bool(by_state.get(BulkItemState.DONE)),
    }

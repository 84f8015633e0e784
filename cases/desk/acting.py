"""Quick steps from the reading pane: one service, and then the next row."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.choices import ReviewAction
from cases.desk.asking import AskedFilter, asked, query_of, rows_of
from cases.desk.decisions import MISSING, MoveForm
from cases.desk.inbox import COLUMNS, rows_as_read
from cases.desk.quick import QUICK, form_of
from cases.desk.reading import (
    address_in_inbox,
    asks_for_pane,
    open_in_inbox,
    show,
)
from cases.models import Review, ReviewTransition
from cases.review.paging import below
from cases.review.said import BadField, FieldsMissing, ReviewRefused, StaleReview
from cases.review.services import decide, steps_since
from cases.review.table import UNDONE_BY

# Where the reader goes on, instead of the next row.
CLOSER = "closer"


@needs(Capability.PROPOSE, Capability.SIGN)
@require_POST
def act(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Take a quick step; on a conflict nothing is written and what was typed stays."""
    opened, review = open_in_inbox(request, key)
    if step not in QUICK:
        raise Http404
    quick = QUICK[step]
    form = form_of(step, review, request.POST)
    try:
        if not form.is_valid():
            _check_seen(form, review)
            return show(request, opened, review, {step: form})
        done = decide(
            review=review,
            actor=opened.user,
            action=quick.action,
            seen_version=form.cleaned_data["seen_version"],
            at=timezone.now(),
            decision=form.decision(),
        )
    except StaleReview as stale:
        stale.review.notice = opened.notice
        filled = {step: form_of(step, stale.review, _again(request, stale.review))}
        return show(
            request, opened, stale.review, filled, since=stale.since, status=409
        )
    except FieldsMissing as missing:
        for name in missing.names:
            form.add_error(name if name in form.fields else None, MISSING[name])
        return show(request, opened, review, {step: form})
    except BadField as bad:
        form.add_error(bad.field if bad.field in form.fields else None, str(bad))
        return show(request, opened, review, {step: form})
    except ReviewRefused as refusal:
        return show(request, opened, review, refusal=str(refusal), status=409)
    if request.POST.get("then") == CLOSER and quick.action == ReviewAction.TAKE:
        return _elsewhere(request, opened.address("screening"))
    return _went(request, review, done, quick.done)


def _check_seen(form: MoveForm, review: Review) -> None:
    """Raise `StaleReview` first of all, whatever is missing in the form."""
    seen = form.cleaned_data.get("seen_version")
    if seen is not None and seen != review.version:
        raise StaleReview(review, steps_since(review, seen))


def _again(request: HttpRequest, review: Review) -> QueryDict:
    """Return what was filled in, for the review as it stands now."""
    filled = request.POST.copy()
    filled["seen_version"] = str(review.version)
    return filled


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to another page; the script of the inbox goes there itself."""
    if not asks_for_pane(request):
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["Desk-Go"] = address
    return answer


def _went(
    request: HttpRequest, review: Review, done: ReviewTransition, words: str
) -> HttpResponse:
    """Tell what was done and go on with the next row.

    The script of the inbox gets the words, with a way to undo, and the row as it reads
    now if it still belongs to the list.
    """
    data = asked(request.GET)
    rows = rows_of(AskedFilter(data, user=signed_in(request)))
    if asks_for_pane(request):
        context = {
            "words": words,
            "notice": review.notice,
            "version": done.version if done.action in UNDONE_BY else None,
            "is_undone": done.action == ReviewAction.UNDO,
            "rows": rows_as_read(data, rows.filter(pk=review.pk).values(*COLUMNS)),
            "pane_query": query_of(data),
            "opened": None,
        }
        return render(request, "cases/desk/_acted.html", context)
    messages.success(request, f"{words}.")
    # `review` is as it stood in the list, before the step.
    follows = below(rows, (review.rank, review.pk)).values_list(
        "notice__key", flat=True
    )
    after = follows.first()
    if after is None:
        return redirect(f"{reverse('inbox')}?{query_of(data)}")
    return redirect(address_in_inbox(after, data))

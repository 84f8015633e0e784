"""The decision page: propose, or read a colleague's proposal and sign or return it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from accounts.capabilities import Capability
from cases.choices import Outcome, ReviewAction, ReviewState
from cases.desk.decisions import FORMS, MoveForm
from cases.desk.notice import NoticePage, page_of_notice
from cases.models import ReviewTransition
from cases.review.services import FieldsMissing, ReviewRefused, StaleReview, decide
from notices.models import Finding, Screening
from notices.screening.sheet import sheet_of

DONE = {
    ReviewAction.TAKE: "It is yours now.",
    ReviewAction.RELEASE: "Given back. It waits for review again.",
    ReviewAction.PROPOSE: "Proposed. It waits for a second person.",
    ReviewAction.WITHDRAW: "Withdrawn. It is yours again.",
    ReviewAction.CONFIRM: "Confirmed.",
    ReviewAction.RETURN: "Returned to the colleague who proposed it.",
    ReviewAction.SNOOZE: "Snoozed. It comes back by itself, or earlier if it changes.",
    ReviewAction.WAKE: "It waits for review again.",
    ReviewAction.REOPEN: "Open again. The earlier decision stays in the history.",
}


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def decision(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form that fits where the review stands."""
    page = _page(request, key)
    return _show(request, page, {})


@needs(Capability.PROPOSE, Capability.SIGN)
@require_POST
def move(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """Take one step; on a conflict nothing is written and the text is kept."""
    page = _page(request, key)
    if action not in FORMS or page.review is None:
        raise Http404
    step = ReviewAction(action)
    form = FORMS[action](request.POST)
    if not form.is_valid():
        return _show(request, page, {action: form}, status=400)
    try:
        decide(
            review=page.review,
            actor=page.user,
            action=step,
            seen_version=form.cleaned_data["seen_version"],
            at=timezone.now(),
            decision=form.decision(),
        )
    except StaleReview as stale:
        return _conflict(request, page, step, form, stale)
    except (FieldsMissing, ReviewRefused) as refusal:
        form.add_error(None, str(refusal))
        return _show(request, page, {action: form}, status=400)
    messages.success(request, DONE[step])
    return redirect(_after(page, step))


def _page(request: HttpRequest, key: str) -> NoticePage:
    page = page_of_notice(request, key, "decision")
    if page.review is None:
        raise Http404
    return page


def _after(page: NoticePage, step: ReviewAction) -> str:
    """Where the work goes on: the list after a decision, else the notice."""
    if step in (ReviewAction.PROPOSE, ReviewAction.SNOOZE) and page.back:
        return f"{reverse('inbox')}?{page.back}"
    return page.address("summary")


def _show(
    request: HttpRequest,
    page: NoticePage,
    bound: dict[str, MoveForm],
    status: int = 200,
) -> HttpResponse:
    review = page.review
    assert review is not None  # noqa: S101 - `_page` raised otherwise
    forms = {
        action: bound.get(action)
        or FORMS[action](initial={"seen_version": review.version})
        for action in page.actions
    }
    for action, form in bound.items():
        forms.setdefault(action, form)
    context: dict[str, Any] = {
        "page": page,
        "review": review,
        "forms": forms,
        "proposal": _proposal(page),
        "sheet": _sheet(page),
        "is_own": review.proposed_by_id == page.user.pk,
        "waits": review.state == ReviewState.PROPOSED,
        "outcomes": dict(Outcome.choices),
    }
    return render(request, "cases/desk/decision.html", context, status=status)


def _proposal(page: NoticePage) -> ReviewTransition | None:
    if page.review is None or page.review.state != ReviewState.PROPOSED:
        return None
    return (
        page.review.transitions.filter(action=ReviewAction.PROPOSE)
        .select_related("actor")
        .first()
    )


def _sheet(page: NoticePage) -> Any:
    screening = Screening.objects.filter(notice=page.notice, is_current=True).first()
    if screening is None:
        return None
    return sheet_of(screening, Finding.objects.filter(screening=screening))


def _conflict(
    request: HttpRequest,
    page: NoticePage,
    step: ReviewAction,
    form: MoveForm,
    stale: StaleReview,
) -> HttpResponse:
    """Nothing was written: show what happened meanwhile and the person's own words."""
    own = [
        (form.fields[name].label, form.data.get(name, ""))
        for name in form.fields
        if name != "seen_version" and form.data.get(name)
    ]
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen_version"] = str(stale.review.version)  # type: ignore[index]
    context = {
        "page": page,
        "review": stale.review,
        "since": stale.since,
        "own": own,
        "form": form,
        "step": step,
        "can_repeat": step in page_actions(page, stale),
    }
    return render(request, "cases/desk/conflict.html", context, status=409)


def page_actions(page: NoticePage, stale: StaleReview) -> list[str]:
    """Return what the person could do with the review as it stands now."""
    return NoticePage(
        page.notice, page.user, page.tab, page.back, stale.review, page.cases
    ).actions

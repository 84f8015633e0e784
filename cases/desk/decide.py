"""The decision page: propose, or read a colleague's proposal and sign or return it."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import needs
from accounts.capabilities import Capability
from cases.choices import ReviewAction
from cases.desk.deciding import context_of
from cases.desk.decisions import FORMS, MISSING, MoveForm
from cases.desk.notice import NoticePage, page_of_notice
from cases.drafts.services import DraftTooLong, discard_draft, save_draft
from cases.models import Review
from cases.review.said import BadField, FieldsMissing, ReviewRefused, StaleReview
from cases.review.services import actions_open_to, decide, move_for, steps_since

DONE = {
    ReviewAction.TAKE: "It is yours now.",
    ReviewAction.RELEASE: "Given back. It waits for review again.",
    ReviewAction.ASSIGN: "Given to your colleague, who is told.",
    ReviewAction.URGE: "Marked as urgent.",
    ReviewAction.CALM: "No longer urgent.",
    ReviewAction.UNDO: "Undone. It is as it was.",
    ReviewAction.PROPOSE: "Proposed. It waits for a second person.",
    ReviewAction.READ: "Your reading is kept. Both readings are open now.",
    ReviewAction.AGREE: "Agreed. Both readers hold this outcome.",
    ReviewAction.ADJUDICATE: "Decided between the two readings.",
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
    page, review = _load(request, key)
    return _show(request, page, review, {})


@needs(Capability.PROPOSE, Capability.SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """Take one step; on a conflict nothing is written and the text is kept."""
    page, review = _load(request, key)
    if action not in FORMS:
        raise Http404
    if request.method != "POST":
        # Who had to sign in before the form could be taken comes back here.
        return redirect(page.decision_address)
    step = ReviewAction(action)
    form = FORMS[step](request.POST, review=review)
    try:
        _take(form, page, review, step)
    except StaleReview as stale:
        return _conflict(request, page, step, form, stale)
    except FieldsMissing as missing:
        for name in missing.names:
            form.add_error(name if name in form.fields else None, MISSING[name])
    except BadField as bad:
        form.add_error(bad.field if bad.field in form.fields else None, str(bad))
    except ReviewRefused as refusal:
        return _refused(request, page, review, form, str(refusal))
    if form.errors:
        return _show(request, page, review, {step: form}, status=400)
    discard_draft(review=review, author=page.user, purpose=step)
    messages.success(request, DONE[step])
    return redirect(_after(page, step))


def _take(form: MoveForm, page: NoticePage, review: Review, step: ReviewAction) -> None:
    """Take the step if the form is whole; a stale one is told first of all."""
    is_valid = form.is_valid()
    seen = form.cleaned_data.get("seen_version")
    if is_valid:
        decide(
            review=review,
            actor=page.user,
            action=step,
            seen_version=form.cleaned_data["seen_version"],
            at=timezone.now(),
            decision=form.decision(),
        )
    elif seen is not None and seen != review.version:
        raise StaleReview(review, steps_since(review, seen))
    else:
        # Who may not do it at all is told so, not which field is missing.
        move_for(review, page.user, step)


def _load(request: HttpRequest, key: str) -> tuple[NoticePage, Review]:
    page = page_of_notice(request, key, "decision")
    if page.review is None:
        raise Http404
    page.review.notice = page.notice
    return page, page.review


def _after(page: NoticePage, step: ReviewAction) -> str:
    """Where the work goes on: the list after a decision, else the notice.

    Two readings that have just met are shown side by side.
    """
    if step == ReviewAction.READ:
        return page.decision_address
    if step in (ReviewAction.PROPOSE, ReviewAction.SNOOZE) and page.back:
        return f"{reverse('inbox')}?{page.back}"
    return page.address("summary")


def _show(
    request: HttpRequest,
    page: NoticePage,
    review: Review,
    bound: dict[ReviewAction, MoveForm],
    status: int = 200,
) -> HttpResponse:
    context = context_of(request, page, review, bound)
    return render(request, "cases/desk/decision.html", context, status=status)


def _conflict(
    request: HttpRequest,
    page: NoticePage,
    step: ReviewAction,
    form: MoveForm,
    stale: StaleReview,
) -> HttpResponse:
    """Nothing was written: show what happened meanwhile and the person's own words."""
    stale.review.notice = page.notice
    with suppress(DraftTooLong):
        save_draft(
            review=stale.review,
            author=page.user,
            purpose=step,
            fields=request.POST.dict(),
            seen_version=stale.review.version,
            at=timezone.now(),
        )
    again = form.data.copy()  # type: ignore[attr-defined]
    again["seen_version"] = str(stale.review.version)
    context = {
        "page": page,
        "review": stale.review,
        "since": stale.since,
        "own": form.told(),
        "form": FORMS[step](again, review=stale.review),
        "step": step,
        "can_repeat": _can_repeat(page, step, stale),
        "refusal": "",
    }
    return render(request, "cases/desk/conflict.html", context, status=409)


def _can_repeat(page: NoticePage, step: ReviewAction, stale: StaleReview) -> bool:
    """Whether the same form may be sent again; another proposal is signed only once
    it was read.
    """
    is_another = any(one.action == ReviewAction.PROPOSE for one in stale.since)
    if step == ReviewAction.CONFIRM and is_another:
        return False
    return step in actions_open_to(stale.review, page.user)


def _refused(
    request: HttpRequest, page: NoticePage, review: Review, form: MoveForm, why: str
) -> HttpResponse:
    """The step is not possible: say why, and give the words back."""
    context = {
        "page": page,
        "review": review,
        "since": [],
        "own": form.told(),
        "can_repeat": False,
        "refusal": why,
    }
    return render(request, "cases/desk/conflict.html", context, status=400)

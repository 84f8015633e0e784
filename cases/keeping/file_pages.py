"""What keeps and what ends one case file: the part of its pages about that."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.signing_in.step_up import step_up
from cases.choices import ErasureScope, ExpiryState, RetentionKind
from cases.files.access import CaseRefused
from cases.files.page import CasePage, case_page
from cases.keeping.erasures import ask_erasure, open_erasures, stop_erasure
from cases.keeping.forms import ErasureForm, HoldForm
from cases.keeping.holds import hold_on, lift_hold, place_hold
from cases.keeping.planning import acknowledge, may_acknowledge
from cases.keeping.rules import rule_of
from cases.models import Expiry, LegalHold

TAB = "keeping"


@needs()
@require_safe
def case_keeping(request: HttpRequest, code: str) -> HttpResponse:
    """Hold, expiry and erasure of the file."""
    return _show(request, case_page(request, code, TAB))


@needs()
@require_POST
def case_hold(request: HttpRequest, code: str) -> HttpResponse:
    """Place a legal hold."""
    page = case_page(request, code, TAB)
    return _act(
        request,
        page,
        "The file is held. Nothing of it goes.",
        lambda reason: place_hold(
            case=page.case, actor=page.reader, reason=reason, at=timezone.now()
        ),
    )


@needs()
@require_POST
def case_lift(request: HttpRequest, code: str) -> HttpResponse:
    """Lift the hold, as another person than placed it."""
    page = case_page(request, code, TAB)
    hold = hold_on(page.case)
    if hold is None:
        messages.info(request, "No hold stands on this file.")
        return redirect("case-keeping", code)
    return _act(
        request,
        page,
        "The hold is lifted.",
        lambda reason: lift_hold(
            hold=hold, actor=page.reader, reason=reason, at=timezone.now()
        ),
    )


@needs()
@require_POST
def case_erase(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for an erasure."""
    page = case_page(request, code, TAB)
    return _ask(request, page)


@step_up(doing="ask for an erasure")
def _ask(request: HttpRequest, page: CasePage) -> HttpResponse:
    form = ErasureForm(request.POST)
    if form.is_valid():
        try:
            ask_erasure(
                case=page.case,
                actor=page.reader,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Asked. An administrator has to perform it as second person."
            )
            return redirect("case-keeping", page.case.code)
    return _show(request, page, erasure_form=form)


@needs()
@require_POST
def case_erase_stop(request: HttpRequest, code: str) -> HttpResponse:
    """Call off an erasure while it waits."""
    page = case_page(request, code, TAB)
    wanted = request.POST.get("scope")
    wish = next((one for one in open_erasures(page.case) if one.scope == wanted), None)
    if wish is None:
        messages.info(request, "Nothing of this kind waits to be erased.")
        return redirect("case-keeping", code)
    return _act(
        request,
        page,
        "Stopped. Nothing is erased.",
        lambda reason: stop_erasure(
            erasure=wish, actor=page.reader, reason=reason, at=timezone.now()
        ),
    )


@needs()
@require_POST
def case_expiry_seen(request: HttpRequest, code: str) -> HttpResponse:
    """Say that the warnings about the file were seen."""
    page = case_page(request, code, TAB)
    expiry = _expiry(page)
    if expiry is None:
        messages.info(request, "Nothing will expire here.")
    else:
        acknowledge(expiry=expiry, actor=page.reader, at=timezone.now())
        messages.success(request, "Noted that you have seen it.")
    return redirect("case-keeping", code)


def _act(
    request: HttpRequest, page: CasePage, done: str, act: Callable[[str], object]
) -> HttpResponse:
    form = HoldForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: say why.")
        return redirect("case-keeping", page.case.code)
    try:
        act(form.cleaned_data["reason"])
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("case-keeping", page.case.code)


def _expiry(page: CasePage) -> Expiry | None:
    planned = Expiry.objects.filter(case=page.case, state=ExpiryState.AHEAD)
    return planned.select_related("case").first()


def _show(
    request: HttpRequest, page: CasePage, erasure_form: ErasureForm | None = None
) -> HttpResponse:
    reader, expiry = page.reader, _expiry(page)
    hold = hold_on(page.case)
    named = page.member is not None
    may_hold = named and reader.can(Capability.HOLD)
    wishes = open_erasures(page.case)
    open_scopes = {wish.scope for wish in wishes}
    form = erasure_form or ErasureForm(asked=open_scopes)
    context: dict[str, Any] = {
        "page": page,
        "hold": hold,
        "past_holds": LegalHold.objects.filter(
            case=page.case, lifted_at__isnull=False
        ).select_related("placed_by", "lifted_by"),
        "may_hold": may_hold,
        "may_lift": may_hold and hold is not None and hold.placed_by_id != reader.pk,
        "rule": rule_of(RetentionKind.CASE_FILE),
        "expiry": expiry,
        "may_see": expiry is not None and may_acknowledge(expiry, reader),
        "wishes": wishes,
        "may_ask": named
        and reader.can(Capability.ASK_ERASURE)
        and len(open_scopes) < len(ErasureScope),
        "may_stop": named and reader.can(Capability.ASK_ERASURE),
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cases/keeping/case.html", context, status=status)

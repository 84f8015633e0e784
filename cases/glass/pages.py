"""The pages on which administrators break the glass of a file."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.signing_in.step_up import step_up
from accounts.validators import plain_line
from cases.choices import GlassState
from cases.files.access import CaseRefused
from cases.files.page import case_page
from cases.glass.services import (
    WAITS,
    ask_for_glass,
    consent_to_glass,
    end_glass,
    refuse_glass,
)
from cases.models import Glass
from cases.models.wall import USUAL_HOURS

SHOWN = 50


class GlassForm(forms.Form):
    """Asks to read one file."""

    code = forms.CharField(
        label="Code of the file",
        max_length=24,
        validators=[plain_line],
        help_text="Such as KESTREL-73.",
    )
    reason = forms.CharField(
        label="Why it must be read",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text="All administrators and the people on the file read it: name nobody.",
    )
    hours = forms.IntegerField(
        label="For how many hours",
        min_value=1,
        max_value=24,
        initial=USUAL_HOURS,
        help_text="From the consent on; 24 at most.",
    )


@needs(Capability.BREAK_GLASS)
@require_http_methods(["GET", "HEAD", "POST"])
def glass_list(request: HttpRequest) -> HttpResponse:
    """Every request with what became of it; ask for one more."""
    return _ask(request) if request.method == "POST" else _show(request, GlassForm())


@step_up(doing="ask to break the glass")
def _ask(request: HttpRequest) -> HttpResponse:
    form = GlassForm(request.POST)
    if form.is_valid():
        try:
            ask_for_glass(
                actor=signed_in(request), at=timezone.now(), **form.cleaned_data
            )
        except CaseRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "Asked. A second administrator must consent.")
            return redirect("glass")
    return _show(request, form)


@needs(Capability.BREAK_GLASS)
@require_POST
@step_up(doing="answer a request to break the glass")
def glass_answer(request: HttpRequest, key: str) -> HttpResponse:
    """Consent to a colleague's request, refuse it, or take back one's own."""
    user = signed_in(request)
    glass = get_object_or_404(Glass.objects.visible_to(user), key=key)
    try:
        if request.POST.get("answer") == "consent":
            consent_to_glass(glass=glass, actor=user, at=timezone.now())
            messages.success(request, "You consented. The keepers of the file know.")
        else:
            refuse_glass(glass=glass, actor=user, at=timezone.now())
            messages.success(request, "The request is refused.")
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("glass")


@needs(Capability.BREAK_GLASS)
@require_POST
def glass_end(request: HttpRequest, key: str) -> HttpResponse:
    """End the reading now, as an administrator."""
    glasses = Glass.objects.visible_to(signed_in(request))
    _end(request, get_object_or_404(glasses, key=key))
    return redirect("glass")


@needs()
@require_POST
def case_glass_end(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """End the reading now, as the lead or keeper of the file."""
    page = case_page(request, code, "overview")
    _end(request, get_object_or_404(page.case.glasses, key=key))
    return redirect("case", code)


def _end(request: HttpRequest, glass: Glass) -> None:
    try:
        end_glass(glass=glass, actor=signed_in(request), at=timezone.now())
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The glass is whole again.")


def _show(request: HttpRequest, form: GlassForm) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    found = Glass.objects.visible_to(user).select_related(
        "asked_by", "consented_by", "ended_by"
    )
    rows: list[dict[str, Any]] = [
        {
            "glass": one,
            "is_open": one.is_open(at=now),
            "waits": one.state == GlassState.ASKED and one.asked_at + WAITS > now,
            "state": _state(one, is_open=one.is_open(at=now), now=now),
            "is_own": one.asked_by_id == user.pk,
        }
        for one in found[:SHOWN]
    ]
    status = 422 if form.errors else 200
    context = {"form": form, "rows": rows}
    return render(request, "cases/glass/list.html", context, status=status)


def _state(glass: Glass, *, is_open: bool, now: Any) -> str:
    if glass.state == GlassState.ASKED and glass.asked_at + WAITS <= now:
        return "Lapsed"
    if glass.state == GlassState.OPEN and not is_open:
        return "Over"
    return str(glass.get_state_display())

"""The pages of screening everything again, and of switching rules on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from accounts.signing_in.step_up import step_up
from notices.choices import ScreeningScope, ScreeningState
from notices.models import Notice, RulesSwitch, ScreeningRun
from notices.screening.in_use import version_in_use
from notices.screening.runs import RunRefused, go_on, start_run, stop_run
from notices.screening.switching import (
    drop_switch,
    propose_rules,
    switch_rules,
    waiting_switch,
)
from notices.screening.tables import UnknownRules, rulesets
from notices.screening.tasks import ring

READ, ACT, SWITCH = (
    Capability.SEE_RUNS,
    Capability.SCREEN_ALL,
    Capability.SWITCH_RULES,
)
_SHOWN = 20
_OUTPUTS = {
    "rule_breach": "Rule breach",
    "article_2_3": "Article 2/3 case",
    "evidence": "Evidence",
}


@needs(READ)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Which rules are in use, what else there is, and every run."""
    user = signed_in(request)
    rows = ScreeningRun.objects.visible_to(user).select_related("started_by")
    context = {
        "in_use": version_in_use(),
        "rulesets": rulesets(),
        "waiting": waiting_switch(),
        "runs": rows[:_SHOWN],
        "may_start": user.can(ACT),
        "may_switch": user.can(SWITCH),
        "may_read": user.can(Capability.SEE_FINDINGS),
        "reader": user,
    }
    return render(request, "notices/screening_runs.html", context)


@needs(READ)
@require_safe
def run_page(request: HttpRequest, key: str) -> HttpResponse:
    """How far a run is and what it changes; htmx asks again until it is over."""
    user = signed_in(request)
    run = _run(user, key)
    context: dict[str, Any] = {"run": run, "is_part": False}
    if request.htmx and "part" in request.GET:  # type: ignore[attr-defined]
        context["is_part"] = True
        return render(request, "notices/_screening_progress.html", context)
    named = Notice.objects.visible_to(user).filter(pk__in=run.changed_notices)
    context |= {
        "moves": _moves(run),
        "notices": named.select_related("person").order_by("pk")[:_SHOWN],
        "may_act": user.can(ACT),
        "may_propose": user.can(SWITCH)
        and run.scope == ScreeningScope.DIFFERENCE
        and run.state == ScreeningState.COMPLETE
        and run.rules_version != version_in_use()
        and waiting_switch() is None,
    }
    return render(request, "notices/screening_run.html", context)


def _moves(run: ScreeningRun) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Return, by output, from which word to which how many notices move."""
    told = []
    for name, label in _OUTPUTS.items():
        rows = [
            (*move.split(" > "), count)
            for move, count in sorted(run.moves.get(name, {}).items())
        ]
        if rows:
            told.append((label, rows))
    return told


@needs(ACT)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Screen every notice again, or find out what other rules would change."""
    scope = (
        ScreeningScope.DIFFERENCE
        if request.POST.get("version")
        else ScreeningScope.EVERYTHING
    )
    try:
        run = start_run(
            actor=signed_in(request),
            at=timezone.now(),
            scope=scope,
            version=request.POST.get("version") or None,
        )
    except (RunRefused, UnknownRules) as problem:
        messages.error(request, str(problem))
        return redirect("screening-runs")
    ring(run.pk)
    return redirect("screening-run", run.key)


@needs(ACT)
@require_POST
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Stop a run after the notices at hand."""
    user = signed_in(request)
    run = _run(user, key)
    try:
        stop_run(run=run, actor=user, at=timezone.now())
    except RunRefused as problem:
        messages.error(request, str(problem))
    return redirect("screening-run", run.key)


@needs(ACT)
@require_POST
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """Let a run go on where it stopped."""
    user = signed_in(request)
    run = _run(user, key)
    try:
        go_on(run=run, actor=user, at=timezone.now())
    except RunRefused as problem:
        messages.error(request, str(problem))
    else:
        ring(run.pk)
    return redirect("screening-run", run.key)


@needs(SWITCH)
@require_POST
@step_up(doing="ask for other rules")
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """Ask that the rules of a finished difference be used."""
    user = signed_in(request)
    run = _run(user, key)
    try:
        propose_rules(difference=run, actor=user, at=timezone.now())
    except RunRefused as problem:
        messages.error(request, str(problem))
        return redirect("screening-run", run.key)
    messages.success(request, "Asked for. Another reviewer switches the rules on.")
    return redirect("screening-runs")


@needs(SWITCH)
@require_POST
@step_up(doing="switch other rules on")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch rules on as the second reviewer; every notice is screened again."""
    switch = get_object_or_404(RulesSwitch, pk=pk)
    try:
        run = switch_rules(switch=switch, actor=signed_in(request), at=timezone.now())
    except RunRefused as problem:
        messages.error(request, str(problem))
        return redirect("screening-runs")
    ring(run.pk)
    messages.success(request, f"Rules {switch.version} are in use.")
    return redirect("screening-run", run.key)


@needs(SWITCH)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the proposal back, or refuse it."""
    switch = get_object_or_404(RulesSwitch, pk=pk)
    try:
        drop_switch(switch=switch, actor=signed_in(request), at=timezone.now())
    except RunRefused as problem:
        messages.error(request, str(problem))
    return redirect("screening-runs")


def _run(user: User, key: str) -> ScreeningRun:
    rows = ScreeningRun.objects.visible_to(user).select_related("started_by")
    return get_object_or_404(rows, key=key)

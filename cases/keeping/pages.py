"""Administration of keeping: rules, what is ahead, what waits, what was asked for.

Being administrator opens no file: of files that the reader may not see, only that
there is one, and what it waits for.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
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
from accounts.signing_in.step_up import step_up
from cases.choices import ExpiryState, RetentionKind
from cases.files.access import CaseRefused
from cases.keeping.erasures import confirm_erasure, open_erasures, stop_erasure
from cases.keeping.expiring import Ahead, what_is_ahead
from cases.keeping.forms import HoldForm, RuleForm
from cases.keeping.holds import hold_on
from cases.keeping.planning import acknowledge, set_the_rule
from cases.keeping.restored import release_mail, waiting_for_go
from cases.keeping.rules import RuleRefused, rule_of, rules, set_rule
from cases.models import CaseBar, CaseFile, Erasure, Expiry, Tombstone

HIDDEN = "a case file that you may not open"
PAST = 10


@dataclass(frozen=True, slots=True)
class AheadRow:
    """A planned expiry as the reader may know it."""

    what: str
    ahead: Ahead
    code: str
    is_own_rule: bool = False

    @property
    def unanswered(self) -> int:
        return sum(not one.acknowledged_at for one in self.ahead.expiry.warnings.all())


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """A wish to erase as the reader may know it."""

    wish: Erasure
    code: str
    is_held: bool
    is_own: bool


@needs(Capability.SET_RETENTION, Capability.ERASE)
@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """The rules, what will go, and what waits for somebody."""
    user, now = signed_in(request), timezone.now()
    seen = set(CaseFile.objects.visible_to(user).values_list("pk", flat=True))
    context = {
        "rules": rules(),
        "ahead": _ahead(user, now, seen),
        "erasures": _erasures(user, seen),
        "restored": waiting_for_go(),
        "past": Expiry.objects.filter(state=ExpiryState.DONE, case=None).order_by(
            "-ended_at"
        )[:PAST],
        "now": now,
    }
    return render(request, "cases/keeping/administration.html", context)


@needs(Capability.SET_RETENTION)
@require_http_methods(["GET", "HEAD", "POST"])
def keeping_rule(request: HttpRequest, kind: str) -> HttpResponse:
    """Decide how long one kind is kept."""
    if kind not in RetentionKind.values:
        raise Http404
    rule = rule_of(RetentionKind(kind))
    if request.method == "POST":
        return _set_rule(request, rule.kind)
    form = RuleForm(initial={"months": rule.months})
    return _rule_page(request, rule.kind, form)


@step_up(doing="change how long things are kept")
def _set_rule(request: HttpRequest, kind: RetentionKind) -> HttpResponse:
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            set_rule(
                kind=kind,
                actor=signed_in(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except RuleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Saved. {rule_of(kind).words}.")
            return redirect("keeping")
    return _rule_page(request, kind, form)


def _rule_page(request: HttpRequest, kind: RetentionKind, form: Any) -> HttpResponse:
    context = {"rule": rule_of(kind), "form": form}
    status = 422 if form.errors else 200
    return render(request, "cases/keeping/rule.html", context, status=status)


@needs(Capability.SET_RETENTION)
@require_POST
@step_up(doing="say that you have seen what will go")
def kind_seen(request: HttpRequest, kind: str) -> HttpResponse:
    """Say that the warnings about a kind were seen."""
    expiry = Expiry.objects.filter(
        state=ExpiryState.AHEAD, case=None, kind=kind
    ).first()
    if expiry is None:
        messages.info(request, "Nothing of this kind is ahead any more.")
        return redirect("keeping")
    try:
        acknowledge(expiry=expiry, actor=signed_in(request), at=timezone.now())
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Noted that you have seen it.")
    return redirect("keeping")


@needs(Capability.ERASE)
@require_POST
@step_up(doing="erase what a lawyer asked to be erased")
def erasure_confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Perform an erasure as the second person."""
    wish = _wish(request, key)
    try:
        done = confirm_erasure(
            erasure=wish, actor=signed_in(request), at=timezone.now()
        )
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        day = timezone.localtime(done.due_at).date()
        messages.success(
            request,
            f"It will be erased on {day:%d %B %Y}. Until then it can be stopped.",
        )
    return redirect("keeping")


@needs(Capability.ERASE)
@require_POST
def erasure_stop(request: HttpRequest, key: str) -> HttpResponse:
    """Call an erasure off while it waits."""
    wish = _wish(request, key)
    form = HoldForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        stop_erasure(
            erasure=wish, actor=signed_in(request), reason=reason, at=timezone.now()
        )
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Stopped. Nothing is erased.")
    return redirect("keeping")


@needs(Capability.SEE_HEALTH)
@require_POST
@step_up(doing="let mail go out after a restore")
def let_mail_go(request: HttpRequest) -> HttpResponse:
    """Say go after a restore."""
    count = release_mail(actor=signed_in(request), at=timezone.now())
    messages.success(
        request,
        f"Mail goes out again. Digests begin anew for {count} of their readers.",
    )
    return redirect("keeping")


@needs()
@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    """The tombstones of what the reader could see."""
    stones = Tombstone.objects.visible_to(signed_in(request))
    related = ("asked_by", "performed_by")
    context = {"stones": stones.select_related(*related)}
    return render(request, "cases/keeping/gone.html", context)


def _ahead(user: User, now: datetime, seen: set[int]) -> list[AheadRow]:
    rows = []
    for one in what_is_ahead(at=now):
        case = one.expiry.case
        if case is None:
            is_own = set_the_rule(one.expiry, user)
            rows.append(AheadRow(one.expiry.get_kind_display(), one, "", is_own))
        elif case.pk in seen:
            rows.append(AheadRow("Case file", one, case.code))
        else:
            rows.append(AheadRow(HIDDEN.capitalize(), one, ""))
    return rows


def _erasures(user: User, seen: set[int]) -> list[ErasureRow]:
    barred = set(_bars_of(user).values_list("case_id", flat=True))
    return [
        ErasureRow(
            wish,
            wish.case.code if wish.case_id in seen else "",
            hold_on(wish.case) is not None,
            wish.asked_by_id == user.pk,
        )
        for wish in open_erasures()
        if wish.case_id not in barred
    ]


def _wish(request: HttpRequest, key: str) -> Erasure:
    """Return a wish to erase; for whoever is barred from its file it is not there."""
    barred = _bars_of(signed_in(request)).values("case_id")
    return get_object_or_404(Erasure.objects.exclude(case__in=barred), key=key)


def _bars_of(user: User) -> QuerySet[CaseBar]:
    return CaseBar.objects.filter(user=user, ended_at=None)

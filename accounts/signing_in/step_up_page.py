"""The page that asks who is there before a sensitive act."""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import needs, signed_in
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from accounts.signing_in.codes import CodeForm, use_code
from accounts.signing_in.factors import Factors, factors_of
from accounts.signing_in.kept import kept, let_go_on
from accounts.signing_in.limits import CODE_BY_SESSION, session_tries
from accounts.signing_in.passkeys import ProofPasskeyForm
from accounts.signing_in.proof import note_factor


class PasswordForm(forms.Form):
    """For somebody without a second factor."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@sensitive_post_parameters()
@never_cache
@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def prove_presence(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, or for the password of somebody who has none."""
    user, held = signed_in(request), factors_of(signed_in(request))
    if request.method != "POST":
        return _page(request, held, CodeForm() if held.any else PasswordForm())
    if session_tries(request) > CODE_BY_SESSION.most:
        return _sign_out(request)
    if "credential" in request.POST and held.passkeys:
        form: forms.Form = ProofPasskeyForm(data=request.POST, user=user)
    else:
        form = (CodeForm if held.any else PasswordForm)(request.POST)
    if not (form.is_valid() and _accept(request, user, form)):
        record(action=Action.STEP_UP_FAILED, actor=user, target=user)
        return _page(request, held, form, status=400)
    return _go_on(request)


def _accept(request: HttpRequest, user: User, form: forms.Form) -> bool:
    """Check what was given and keep the proof in the session; False if it is wrong."""
    with transaction.atomic():
        if isinstance(form, PasswordForm):
            if not user.check_password(form.cleaned_data["password"]):
                form.add_error("password", "This is not your password.")
                return False
            record_authentication(request, user, "password", reauthenticated=True)
            by = "password"
        else:
            factor = _factor(user, form)
            if factor is None:
                form.add_error("code", "This code does not fit. Each is good once.")
                return False
            factor.record_usage()
            note_factor(request, user, factor, reauthenticated=True)
            by = str(Authenticator.Type(factor.type).label)
        found = kept(request)
        record(
            action=Action.STEP_UP_DONE,
            actor=user,
            target=user,
            after={"by": by, "for": (found.doing if found else "") or "an act"},
        )
    return True


def _factor(user: User, form: forms.Form) -> Authenticator | None:
    if "code" in form.cleaned_data:
        return use_code(user=user, code=form.cleaned_data["code"])
    factor: Authenticator = form.cleaned_data["credential"]
    return factor


def _go_on(request: HttpRequest) -> HttpResponse:
    found = kept(request)
    if found is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if found.number != request.POST.get("act"):
        # Another tab asked meanwhile: show what would go on now, and ask about it.
        messages.info(
            request, "You asked for something else in another tab. This is the later."
        )
        return redirect("account_reauthenticate")
    let_go_on(request, found)
    if found.lost:
        messages.warning(
            request,
            "What you sent held a file or was too long to be kept. Nothing was done: "
            "please send it once more.",
        )
    return HttpResponseRedirect(found.path)


def _sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.error(
        request, "Too many wrong answers: this browser was signed out. Sign in again."
    )
    return redirect("account_login")


def _page(
    request: HttpRequest, held: Factors, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    waiting = kept(request)
    by_code = CodeForm() if isinstance(form, ProofPasskeyForm) else form
    context: dict[str, Any] = {
        "form": form,
        "field_form": by_code,
        "by_code": bool(held.app or held.codes_left),
        "held": held,
        "waiting": waiting,
        "options": (
            json.dumps(begin_authentication(signed_in(request)))
            if held.passkeys
            else ""
        ),
        "now": timezone.now(),
    }
    return render(request, "account/reauthenticate.html", context, status=status)

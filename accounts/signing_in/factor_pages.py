"""The pages of one's own second factors."""

import ipaddress
import json
from contextlib import suppress
from typing import Any

import qrcode
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from qrcode.image.svg import SvgPathImage

from accounts.access import needs, signed_in
from accounts.mails import AccountMail
from accounts.sealing import CannotOpen, seal, unseal
from accounts.signing_in import factors
from accounts.signing_in.codes import CodeForm, mail_about
from accounts.signing_in.passkeys import PasskeyForm
from accounts.signing_in.proof import note_factor, used_factor
from accounts.signing_in.step_up import step_up

_UNCONFIRMED = "unconfirmed_app"


class AppCodeForm(CodeForm):
    """The code that shows that the app and this site agree."""

    def __init__(self, data: Any = None, *, secret: str = "") -> None:
        super().__init__(data)
        self.fields["code"].label = "Code from the app"
        self.fields["code"].help_text = "Six digits. They change every half minute."
        self.secret = secret
        self.step = 0

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        for step in totp.yield_hotp_counters_from_time():
            value = totp.format_hotp_value(totp.hotp_value(self.secret, step))
            if compare_user_code(actual=code, expected=value):
                self.step = step
        if not self.step:
            raise get_adapter().validation_error("incorrect_code")
        return code


@needs()
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What one has, and what is still to be done."""
    user = signed_in(request)
    held = factors.factors_of(user)
    context = {
        "held": held,
        "must": settings.REQUIRE_SECOND_FACTOR and not used_factor(request, user),
        "may_remove": not (settings.REQUIRE_SECOND_FACTOR and held.one_alone),
        "names": {one.pk: one.wrap().name for one in held.passkeys},
    }
    return render(request, "account/factors.html", context)


@never_cache
@needs()
@step_up(doing="add an authenticator app")
@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest) -> HttpResponse:
    """Show the secret as a picture and as text, and ask for a code from it."""
    user = signed_in(request)
    if factors.factors_of(user).app:
        return redirect("factors")
    secret = _secret_to_confirm(request)
    form = AppCodeForm(
        request.POST if request.method == "POST" else None, secret=secret
    )
    if form.is_bound and form.is_valid():
        added = factors.add_app(
            user=user,
            secret=secret,
            step=form.step,
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
        request.session.pop(_UNCONFIRMED, None)
        return _added(request, added, "Your authenticator app is added.")
    url = get_adapter().build_totp_url(user, secret)
    context = {
        "form": form,
        "picture": _picture(url),
        "app_url": url,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    status = 400 if form.errors else 200
    return render(request, "account/factor_app.html", context, status=status)


@never_cache
@needs()
@step_up(doing="add a passkey")
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Let the browser make a passkey and keep its public half."""
    user = signed_in(request)
    form = PasskeyForm(request.POST or None, user=user, initial={"name": ""})
    if request.method == "POST" and form.is_valid():
        added = factors.add_passkey(
            user=user,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
        return _added(request, added, "Your passkey is added.")
    context = {
        "form": form,
        "options": json.dumps(begin_registration(user, passwordless=True)),
        "by_number": _is_number(request.get_host()),
        "port": request.get_port(),
    }
    status = 400 if form.errors else 200
    return render(request, "account/factor_passkey.html", context, status=status)


@needs()
@step_up(doing="remove a second factor")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the app or a passkey of one's own."""
    user = signed_in(request)
    factor = get_object_or_404(
        Authenticator, pk=pk, user=user, type__in=factors.FACTORS
    )
    try:
        factors.remove_factor(
            user=user,
            factor=factor,
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
    except factors.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("factors")
    _stay(request)
    messages.success(request, "It is removed. Other devices were signed out.")
    return redirect("factors")


@never_cache
@needs()
@step_up(doing="make new recovery codes")
@require_POST
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new codes and show them, this once."""
    try:
        codes = factors.make_recovery_codes(
            user=signed_in(request),
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
    except factors.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("factors")
    _stay(request)
    return _codes_page(request, codes)


def _secret_to_confirm(request: HttpRequest) -> str:
    """Return the secret that the page shows: a new one each time it is read.

    The session keeps it sealed: a thief of the database must not read it, although
    nothing hangs on it until a code confirms it.
    """
    kept = request.session.get(_UNCONFIRMED)
    if request.method == "POST" and kept:
        with suppress(CannotOpen):  # the key was changed: the page begins again
            return unseal(kept)
    secret: str = totp.generate_totp_secret()
    request.session[_UNCONFIRMED] = seal(secret)
    return secret


def _added(request: HttpRequest, added: factors.Added, text: str) -> HttpResponse:
    """Go on as somebody who has just used the new factor."""
    _stay(request)
    note_factor(request, signed_in(request), added.factor)
    messages.success(request, f"{text} Other devices were signed out.")
    return _codes_page(request, added.codes) if added.codes else redirect("factors")


def _stay(request: HttpRequest) -> None:
    """Keep this session although its person's sessions ended; tell them by mail."""
    user = signed_in(request)
    update_session_auth_hash(request, user)
    mail_about(user, AccountMail.FACTOR_CHANGED)


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    shown = [f"{code[:5]} {code[5:]}" for code in codes]
    return render(request, "account/recovery_codes.html", {"codes": shown})


def _picture(url: str) -> SafeString:
    """Return the address as a QR code: one path of an SVG, without style."""
    picture = qrcode.make(url, image_factory=SvgPathImage, border=2)
    # Made by the library from an address of our own: nobody's markup is in it.
    return mark_safe(picture.to_string(encoding="unicode"))  # noqa: S308


def _is_number(host: str) -> bool:
    """Browsers make passkeys for names only, never for an address in numbers."""
    try:
        ipaddress.ip_address(host.rpartition(":")[0].strip("[]") or host)
    except ValueError:
        return False
    return True

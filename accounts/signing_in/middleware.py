"""What holds for every request of a browser that is signed in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import brings_session
from accounts.signing_in.kept import take_up
from accounts.signing_in.proof import used_factor

_Handler = Callable[[HttpRequest], HttpResponseBase]

# What opens without a second factor: the way to one, the way out, the state of health.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "account-theme",
    "factor-app",
    "factor-passkey-add",
    "factors",
    "healthz",
    "readyz",
    "recovery-codes",
}


class SessionUseMiddleware:
    """Note that a session is in use, so that it does not end as idle."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if brings_session(request):
            request.session.mark_used()  # type: ignore[attr-defined]
        return response


class KeptActMiddleware:
    """Let go on, once, what waited until somebody proved who they are.

    The page that asked leads back to the address by GET; here that turns into the post
    that was kept for it, before any guard of the view looks at the method. `step_up`
    still looks at the proof.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Look once the token of a real post was checked."""
        if (
            brings_session(request)
            and request.method == "GET"
            and request.user.is_authenticated
        ):
            take_up(request)


class SecondFactorMiddleware:
    """Let nobody in who has not used a second factor, except to get one.

    Every role may be named on a restricted file, so every role needs one. Views guard
    themselves as always; this only ever closes more.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Send whoever lacks a factor to where they add one."""
        if not settings.REQUIRE_SECOND_FACTOR or not brings_session(request):
            return None
        match = request.resolver_match
        if match is None or match.url_name in OPEN:
            return None
        user = request.user
        if not user.is_authenticated or used_factor(request, user):
            return None
        if not request.accepts("text/html"):
            raise PermissionDenied("Sign in with a second factor first.")
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("factors")})
        return redirect("factors")

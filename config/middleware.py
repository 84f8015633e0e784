"""What no view should have to think about."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict
from rest_framework.views import APIView

_Handler = Callable[[HttpRequest], HttpResponseBase]

# No page needs a camera, a place or a purse; passkeys are for this site alone.
_UNUSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid"),
    *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial"),
    *("storage-access", "usb", "window-management", "xr-spatial-tracking"),
)
PERMISSIONS_POLICY = ", ".join(
    (
        *(f"{name}=()" for name in _UNUSED),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    )
)
# Not the cookies: that of a known device keeps strangers from shutting its owner out.
_LEFT_BEHIND = '"cache", "storage"'


class EdgeMiddleware:
    """Headers that hold for every answer, and a clean browser after signing out."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        route = request.resolver_match
        if route and route.url_name == "account_logout" and request.method == "POST":
            response.headers["Clear-Site-Data"] = _LEFT_BEHIND
        return response


class NoNulMiddleware:
    """Answer 400 to text with a NUL character: no text of PostgreSQL can hold one.

    Forms refuse it by themselves; this covers what views read from an address. The API
    answers in its own form.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Look once the view is known and the form was read for its token."""
        if issubclass(getattr(view, "cls", object), APIView):
            return
        if _has_nul(request.GET) or _has_nul(request.POST):
            raise BadRequest("A NUL character is no text.")


def _has_nul(data: QueryDict) -> bool:
    return any("\0" in value for _, values in data.lists() for value in values)

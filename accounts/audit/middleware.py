"""What the log has to know of every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.audit.doing import through
from accounts.audit.refusals import note_refusal

_Handler = Callable[[HttpRequest], HttpResponseBase]


class AuditMiddleware:
    """Say by which request an entry came, and record what was refused."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with through(request):
            response = self.get_response(request)
            if response.status_code == 403 and request.user.is_authenticated:
                match = request.resolver_match
                note_refusal(
                    actor=request.user,
                    page=(match and match.view_name) or "unknown",
                    method=request.method or "",
                    at=timezone.now(),
                )
        return response

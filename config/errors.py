"""Pages for what goes wrong: what happened, whether anything was saved, what to do.

"Not found" and "not yours" are one page, so that a refusal never says that something
exists. Pages for failures of the server itself use no database and no session.
"""

import logging
import secrets
import sys

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from kombu.exceptions import OperationalError as BrokerError

from accounts.access import MissingCapability
from accounts.capabilities import NEEDS_EXPORT_RIGHT, Capability, roles_with
from accounts.choices import Role
from accounts.models import User

log = logging.getLogger(__name__)

# What may pass by itself: the database or the broker is away for a moment.
_AWAY = (
    OperationalError,
    InterfaceError,
    BrokerError,
    redis.ConnectionError,
    redis.TimeoutError,
)
RETRY_SECONDS = 30
# How many administrators the page names as those who grant a right.
_NAMED = 3


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request makes no sense."""
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen, but not allowed. Names the right, who holds it and who grants it."""
    capability = (
        exception.capability if isinstance(exception, MissingCapability) else None
    )
    context = {
        "capability": capability,
        "held_by": _roles(capability) if capability else [],
        "once_allowed": capability in NEEDS_EXPORT_RIGHT,
        "words": "" if capability else str(exception),
        "administrators": _administrators() if request.user.is_authenticated else [],
    }
    return render(request, "errors/403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is here, or nothing that this reader may know of."""
    return render(request, "errors/404.html", status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: someone tries too often."""
    response = render(request, "errors/429.html", status=429)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form came without its token, often after signing in elsewhere."""
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database or the broker does not answer.

    The reference on the page stands in the log beside the error.
    """
    reference = secrets.token_hex(4)
    log.error("Error reference %s", reference, extra={"request": request})
    return _bare(503 if _is_away(sys.exc_info()[1]) else 500, reference)


def _bare(status: int, reference: str) -> HttpResponse:
    template = loader.get_template(f"errors/{status}.html")
    response = HttpResponse(template.render({"reference": reference}), status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _is_away(error: BaseException | None) -> bool:
    """Tell whether an error, or one that it came from, will pass by itself."""
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        error = error.__cause__ or error.__context__
    return False


def _roles(capability: Capability) -> list[str]:
    return [str(Role(role).label) for role in roles_with(capability)]


def _administrators() -> list[str]:
    """Return names of administrators; colleagues may know who they are."""
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return list(found.values_list("name", flat=True)[:_NAMED])

"""What every resource of the API shares: who may read, how answers and errors look."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

import orjson
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404
from rest_framework import exceptions, permissions, renderers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.choices import Scope
from accounts.models import User
from accounts.tokens.authentication import BearerToken, InScope

CAPABILITY = Capability.SEE_PUBLIC_NOTICES


class JsonRenderer(renderers.BaseRenderer):
    """JSON by orjson: times in UTC with Z, decimals as numbers."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(
            data, default=float, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
        )


class AlwaysJson(BaseContentNegotiation):
    """There is one form of answer, whatever the client says it likes."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class MayReadNotices(permissions.BasePermission):
    """Signed in, with a role that reads notices at all."""

    message = f"Your role may not {CAPABILITY.value}."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return isinstance(user, User) and user.can(CAPABILITY)


class Session(SessionAuthentication):
    """The session of the pages."""


class BadQuery(exceptions.APIException):
    """A parameter cannot be used; names it and says why."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, problems: Iterable[tuple[str | None, str]]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(reason for _, reason in self.problems))


class ReadView(APIView):
    """A resource that can be read and never written.

    `scope` is what a token must hold to open it; without one any token does.
    """

    scope: ClassVar[Scope | None] = None
    authentication_classes = (BearerToken, Session)
    permission_classes = (InScope, MayReadNotices)
    renderer_classes = (JsonRenderer,)
    content_negotiation_class = AlwaysJson
    http_method_names = ("get", "head", "options")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse to write before anything else, so that no token is asked for."""
        if (request.method or "").lower() not in self.http_method_names:
            raise exceptions.MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    def get_exception_handler(self) -> Any:
        return error_answer

    @property
    def reader(self) -> User:
        return cast(User, self.request.user)

    @property
    def sees_findings(self) -> bool:
        return self.reader.can(Capability.SEE_FINDINGS)


def error_answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return `{"errors": [{"field", "reason"}]}` for what a client can cause."""
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here, or nothing for you.")
    elif isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    problems = getattr(error, "problems", [(None, str(error.detail))])
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    return Response(
        {"errors": [{"field": field, "reason": reason} for field, reason in problems]},
        status=error.status_code,
        headers=headers,
    )


class NothingHere(ReadView):
    """Any other address below the API: an error in the API's own form."""

    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise Http404

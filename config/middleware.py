"""What no view should have to think about."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict
from rest_framework.views import APIView

_Handler = Callable[[HttpRequest], HttpResponseBase]


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

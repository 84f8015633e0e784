"""Acts that a laptop left open must not do: they ask who is there once more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast, overload

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import signed_in
from accounts.signing_in.kept import keep
from accounts.signing_in.proof import is_proved

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person proved within five minutes who they are."""
    return is_proved(request, signed_in(request))


@overload
def step_up(view: View) -> View: ...
@overload
def step_up(*, doing: str, posts_only: bool = False) -> Callable[[View], View]: ...
def step_up(
    view: View | None = None, *, doing: str = "", posts_only: bool = False
) -> View | Callable[[View], View]:
    """Guard a view, beneath `needs`: whoever is not fresh proves who they are first.

    What was posted is kept meanwhile and goes on once afterwards
    (`accounts.signing_in.middleware`), except files: then the person is told to choose
    them again. `doing` completes "You are about to …" on the page that asks. With
    `posts_only` reading the page asks for nothing.
    """

    def decorate(inner: View) -> View:
        @wraps(inner)
        def guarded(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            reads = posts_only and request.method in ("GET", "HEAD")
            if not reads and not is_fresh(request):
                keep(request, doing=doing)
                return _ask(request)
            return inner(request, *args, **kwargs)

        return cast(View, guarded)

    return decorate if view is None else decorate(view)


def _ask(request: HttpRequest) -> HttpResponse:
    """Send a browser to the page that asks, whole pages and parts alike."""
    address = reverse("account_reauthenticate")
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)

"""Guards for views: who is signed in and what they may do."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.capabilities import Capability
from accounts.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MissingCapability(PermissionDenied):
    """The user is known but lacks a right; the 403 page names it."""

    def __init__(self, capability: Capability) -> None:
        self.capability = capability
        super().__init__(f"You may not {capability.value}.")


def needs(*any_of: Capability) -> Callable[[View], View]:
    """Guard a view: anonymous people sign in first, others need one of `any_of`.

    With no capability any signed-in person may pass.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if any_of and not any(user.can(one) for one in any_of):
                raise MissingCapability(any_of[0])
            return view(request, *args, **kwargs)

        return cast(View, guarded)

    return decorate


def require(user: User, capability: Capability) -> None:
    """Raise `MissingCapability` unless `user` holds `capability`."""
    if not user.can(capability):
        raise MissingCapability(capability)


def brings_session(request: HttpRequest) -> bool:
    """Tell whether a browser sent the cookie of a session; asks no database.

    Without it nobody is signed in, and there is nothing to look up.
    """
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def signed_in(request: HttpRequest) -> User:
    """Return the user of a request that passed a guard."""
    user = request.user
    if isinstance(user, AnonymousUser):
        raise PermissionDenied
    return user

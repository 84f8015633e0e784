"""Acts that a laptop left open must not do: they ask who is there once more."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase

from accounts.access import signed_in

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# Seconds for which one proof of presence lasts (`design/security.md`, section 4).
FRESH_FOR = 5 * 60


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person proved within five minutes who they are."""
    records = get_authentication_records(request, signed_in(request))
    return any(time.time() - record["at"] < FRESH_FOR for record in records)


def step_up(view: View) -> View:
    """Guard a view, beneath `needs`: whoever is not fresh proves who they are first.

    What was posted is kept meanwhile and goes on afterwards.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return cast(View, guarded)

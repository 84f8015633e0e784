"""Who a request comes from, read by the query that reads the session."""

from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
)
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import User


class ReaderOfSessionMiddleware(AuthenticationMiddleware):
    """Django's own, without a query of its own where the session's row has the person.

    Asks all that `django.contrib.auth.get_user` asks. Whatever is not plainly in order,
    an older key of the installation among it, is left to that function.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _reader(request))  # type: ignore[assignment]


def _reader(request: Any) -> User | AnonymousUser:
    if not hasattr(request, "_cached_user"):
        request._cached_user = _joined(request.session) or get_user(request)
    found: User | AnonymousUser = request._cached_user
    return found


def _joined(session: Any) -> User | None:
    somebody = session.get(SESSION_KEY)
    user: User | None = getattr(session.row, "user", None)
    if (
        user is not None
        and somebody == str(user.pk)
        and user.is_active
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        )
    ):
        return user
    return None

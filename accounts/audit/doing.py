"""Through which door an act came: a page, the API, a background task or a command."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass

from celery import current_task
from django.http import HttpRequest

API = "/api/"


@dataclass(frozen=True, slots=True)
class Door:
    """What the log keeps of it; `session` tells two browsers of one person apart.

    It is a hash: whoever reads the log cannot use the session.
    """

    via: str
    session: str = ""
    request: str = ""

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody waits for the answer, known or not."""
        return bool(self.request)

    def as_facts(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request and the number under which its entries stand together."""

    request: HttpRequest
    number: str


_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


@contextmanager
def through(request: HttpRequest) -> Iterator[None]:
    """Let what is recorded inside say that it came by this request."""
    token = _asked.set(_Asked(request, secrets.token_hex(8)))
    try:
        yield
    finally:
        _asked.reset(token)


def door() -> Door:
    """Return the door of what is being done now."""
    asked = _asked.get()
    if asked is None:
        return Door("task" if current_task else "command")
    # Looked up now: signing in gives a session a new key.
    session = getattr(asked.request, "session", None)
    key = session.session_key if session is not None else None
    return Door(
        via="api" if asked.request.path.startswith(API) else "page",
        session=hashlib.sha256(key.encode()).hexdigest()[:32] if key else "",
        request=asked.number,
    )

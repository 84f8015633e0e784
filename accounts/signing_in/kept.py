"""What somebody was about to do, kept in their session while they prove who they are.

What was posted is sealed: it may hold words about a case. Files are not kept. It goes
on once, at its own address, in the minutes after the proof.
"""

import secrets
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from django.core.cache import cache
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import escape_leading_slashes

from accounts.sealing import CannotOpen, seal, unseal

_SESSION_KEY = "kept_act"
# Seconds from the act to its going on.
_GOOD_FOR = 10 * 60
# Characters of a form that is kept; a longer one has to be sent again.
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An act that waits. `post` is sealed; empty, there is only a page to go to.

    `lost` says that something was posted that could not be kept.
    """

    number: str
    path: str
    doing: str
    at: float
    post: str = ""
    lost: bool = False
    proved: bool = False


def keep(request: HttpRequest, *, doing: str) -> None:
    """Keep the request in its session until `take_up` or ten minutes later."""
    posted = request.method == "POST"
    form = _form(request) if posted else ""
    lost = posted and (bool(request.FILES) or len(form) > _MOST)
    _store(
        request,
        Kept(
            number=secrets.token_urlsafe(12),
            path=_back(request) if lost or not posted else request.get_full_path(),
            doing=doing,
            at=time.time(),
            post=seal(form) if posted and not lost else "",
            lost=lost,
        ),
    )


def kept(request: HttpRequest) -> Kept | None:
    """Return what waits in this session, if it is not too old."""
    stored = request.session.get(_SESSION_KEY)
    if not stored:
        return None
    found = Kept(**stored)
    return found if time.time() - found.at < _GOOD_FOR else None


def let_go_on(request: HttpRequest, found: Kept) -> None:
    """Note that the person proved who they are; pages alone need no more."""
    if found.post:
        _store(request, Kept(**{**asdict(found), "proved": True}))
    else:
        request.session.pop(_SESSION_KEY, None)


def take_up(request: HttpRequest) -> bool:
    """Turn the request into the post that was kept for its address, once.

    Returns whether it did. The post was checked for its token when it came.
    """
    found = kept(request)
    if found is None or not found.proved or request.method != "GET":
        return False
    if found.path != request.get_full_path():
        return False
    request.session.pop(_SESSION_KEY)
    # A second click may have loaded the session before it was saved: one of them wins.
    if not cache.add(f"kept:{found.number}", 1, _GOOD_FOR):
        return False
    try:
        form = unseal(found.post)
    except CannotOpen:
        return False
    request.method = request.META["REQUEST_METHOD"] = "POST"
    request.POST = QueryDict(form)
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    return True


def _store(request: HttpRequest, act: Kept) -> None:
    request.session[_SESSION_KEY] = asdict(act)


def _form(request: HttpRequest) -> str:
    form = request.POST.copy()
    form.pop("csrfmiddlewaretoken", None)
    return form.urlencode()


def _back(request: HttpRequest) -> str:
    """Return the page that a person comes back to: theirs, not a part of it."""
    asked = request.headers.get("HX-Current-URL") or (
        request.headers.get("Referer", "") if request.method == "POST" else ""
    )
    parts = urlsplit(asked)
    if parts.netloc == request.get_host() and parts.path.startswith("/"):
        return escape_leading_slashes(
            f"{parts.path}?{parts.query}" if parts.query else parts.path
        )
    return request.get_full_path()

"""What the frame of every page needs: who reads, where they may go, how it looks."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from accounts.capabilities import Capability
from accounts.display import Display
from accounts.models import User
from config.addresses import address
from config.feed_state import FeedState, feed_state


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; it is shown to those who hold one of `any_of`."""

    name: str
    label: str
    any_of: tuple[Capability, ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    href: str
    is_here: bool
    is_page: bool


PLACES = (
    Place("today", "Today"),
    Place("inbox", "Inbox", (Capability.PROPOSE, Capability.SIGN)),
    Place("case-list", "Cases", (Capability.OPEN_CASE, Capability.WRITE_CASE)),
    Place("people", "People", (Capability.SEE_PUBLIC_NOTICES,)),
    Place("countries", "Countries", (Capability.SEE_PUBLIC_NOTICES,)),
    Place("follows", "Follows", (Capability.FOLLOW,)),
    Place("feeds", "Feeds", (Capability.SEE_RUNS,)),
    Place("audit-log", "Audit log", (Capability.READ_LOG,)),
    Place(
        "administration",
        "Administration",
        (Capability.SEE_USERS, Capability.SEE_HEALTH),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values that `templates/base.html` uses on every page."""
    user = getattr(request, "user", None)
    reader = user if isinstance(user, User) else None
    display = Display.of(request)
    return {
        "demo": settings.DEMO,
        "display": display,
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "nav": navigation(reader, request.path),
        "search_url": _search_for(reader),
        "mail_url": address("mail-list") if reader and settings.DEMO else None,
        "now": timezone.now(),
        "feed_state": SimpleLazyObject(lambda: _feed_for(reader)),
    }


def navigation(reader: User | None, path: str) -> list[NavItem]:
    """Return where `reader` may go, marking the part of the site that `path` is in."""
    if reader is None:
        return []
    items = []
    for place in PLACES:
        href = address(place.name)
        open_to = not place.any_of or any(reader.can(one) for one in place.any_of)
        if href is not None and open_to:
            here = path == href or (href != "/" and path.startswith(href))
            items.append(NavItem(place.label, href, here, path == href))
    return items


def _search_for(reader: User | None) -> str | None:
    """Return where to search; for nobody whose role reads no notices."""
    if reader is None or not reader.can(Capability.SEE_PUBLIC_NOTICES):
        return None
    return address("search")


def _feed_for(reader: User | None) -> FeedState | None:
    if reader is None:
        return None
    return feed_state(
        runs_url=address("feeds") if reader.can(Capability.SEE_RUNS) else None
    )

"""The head of every page: written once for a reader, kept while nothing in it changes.

It is a third of the work of a page and the same from one to the next. What changes with
every request, the token of its forms, stands outside of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_urlconf
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from jinja2 import Environment
from markupsafe import Markup

from accounts.capabilities import Capability, capabilities_of
from accounts.models import User
from accounts.signing_in.proof import used_factor
from config.addresses import address
from config.feed_state import FeedState, feed_state

TEMPLATE = "components/_header.html"
# Readers at work times the pages they go through; beyond that it is written again.
KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; it is shown to those who hold one of `any_of`.

    `key` is what leads there after `g`.
    """

    name: str
    label: str
    key: str
    any_of: tuple[Capability, ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    href: str
    is_here: bool
    is_page: bool
    key: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the menu of the account names."""

    name: str
    short_name: str
    role: str
    email: str


@dataclass(frozen=True, slots=True)
class Head:
    """All that the head depends on; two that are equal are written alike."""

    reader: Reader | None
    nav: tuple[NavItem, ...]
    feed: FeedState | None
    search_url: str | None
    searched: str
    mail_url: str | None
    work_url: str | None
    alerts_url: str | None
    theme: str
    is_sign_in: bool
    language: str | None
    time_zone: str
    # Its links belong to one map of addresses.
    urlconf: str | None


PLACES = (
    Place("today", "Today", "t"),
    Place("inbox", "Inbox", "i", (Capability.PROPOSE, Capability.SIGN)),
    Place("case-list", "Cases", "c", (Capability.OPEN_CASE, Capability.WRITE_CASE)),
    Place("people", "People", "p", (Capability.SEE_PUBLIC_NOTICES,)),
    Place("countries", "Countries", "o", (Capability.SEE_PUBLIC_NOTICES,)),
    Place("follows", "Follows", "w", (Capability.FOLLOW,)),
    Place("feeds", "Feeds", "f", (Capability.SEE_RUNS,)),
    Place("audit-log", "Audit log", "l", (Capability.READ_LOG,)),
    Place(
        "administration",
        "Administration",
        "a",
        (Capability.SEE_USERS, Capability.SEE_HEALTH),
    ),
)


def head_for(
    request: HttpRequest, reader: User | None, *, theme: str, is_demo: bool
) -> Head:
    """Gather what the head of this page says; `reader` is whoever is signed in."""
    search_url = _search_for(reader)
    here = request.path
    works = reader is not None and _works(request, reader)
    return Head(
        reader=_named(reader) if reader else None,
        nav=navigation(reader.role, here, get_urlconf()) if reader else (),
        feed=_feed_for(reader) if reader else None,
        search_url=search_url,
        searched=request.GET.get("q", "") if here == search_url else "",
        mail_url=address("mail-list") if reader and is_demo else None,
        work_url=address("work") if works else None,
        alerts_url=address("alert-count") if works else None,
        theme=theme,
        is_sign_in=here == address("account_login"),
        language=get_language(),
        time_zone=get_current_timezone_name(),
        urlconf=get_urlconf(),
    )


def writer(env: Environment) -> Callable[[Head], Markup]:
    """Return the function that pages call to write a head."""

    @lru_cache(maxsize=KEPT)
    def written(head: Head) -> Markup:
        text: Markup = env.get_template(TEMPLATE).module.head(head)  # type: ignore[attr-defined]
        return text

    return written


@lru_cache(maxsize=KEPT)
def navigation(role: str, path: str, urlconf: str | None) -> tuple[NavItem, ...]:
    """Return where `role` may go, marking the part of the site that `path` is in."""
    held = capabilities_of(role)
    items = []
    for place in PLACES:
        href = address(place.name)
        if href is not None and (not place.any_of or held & set(place.any_of)):
            here = path == href or (href != "/" and path.startswith(href))
            items.append(NavItem(place.label, href, here, path == href, place.key))
    return tuple(items)


def _works(request: HttpRequest, reader: User) -> bool:
    """Tell whether the work in hand opens: without a factor no page asks for it."""
    is_in = not settings.REQUIRE_SECOND_FACTOR or used_factor(request, reader)
    return is_in and reader.can(Capability.SEE_FINDINGS)


def _named(reader: User) -> Reader:
    return Reader(reader.name, reader.get_short_name(), reader.role, reader.email)


def _search_for(reader: User | None) -> str | None:
    """Return where to search; for nobody whose role reads no notices."""
    if reader is None or not reader.can(Capability.SEE_PUBLIC_NOTICES):
        return None
    return address("search")


def _feed_for(reader: User) -> FeedState:
    return feed_state(
        runs_url=address("feeds") if reader.can(Capability.SEE_RUNS) else None
    )

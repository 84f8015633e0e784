"""Who is reading what: a hint to colleagues that ends by itself and stops nobody.

It lives in the cache alone, so that reading writes no table.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import redis
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import Confidentiality
from notices.models import Notice

log = logging.getLogger(__name__)
# Pages say again that they are read before this has passed.
HELD = timedelta(seconds=60)
MOST_KEYS = 120
# What somebody read last, for the palette.
RECENT = 10
RECENT_FOR = timedelta(days=7)


def note_reading(*, notice: Notice, reader: User, at: datetime) -> None:
    """Remember for a minute that `reader` has this open, and what was read last.

    Who reads a restricted notice is kept from the others: they may be let in by another
    case file, and would learn of it.
    """
    key = notice.key
    try:
        kept = cache.get_many([_name(key), _recent(reader)])
        if notice.confidentiality != Confidentiality.RESTRICTED:
            held = _current(kept.get(_name(key)), at)
            held[reader.pk] = (reader.name, at.timestamp())
            cache.set(_name(key), held, HELD.total_seconds())
        recent = kept.get(_recent(reader), [])
        if recent[:1] != [key]:
            recent = [key, *(one for one in recent if one != key)][:RECENT]
            cache.set(_recent(reader), recent, RECENT_FOR.total_seconds())
    except redis.RedisError:
        # A hint that is missing stops nobody.
        log.warning("Who is reading could not be kept")


def readers_of(
    keys: Iterable[str], *, besides: User, at: datetime
) -> dict[str, list[str]]:
    """Return the names of the colleagues who have these notices open, by key.

    The caller has looked up which keys `besides` may see; of a notice that became a
    restricted one meanwhile nobody is named.
    """
    try:
        held = cache.get_many([_name(key) for key in keys])
    except redis.RedisError:
        log.warning("Who is reading could not be read")
        return {}
    found = {
        name.removeprefix(_name("")): [
            who
            for pk, (who, _) in sorted(_current(kept, at).items())
            if pk != besides.pk
        ]
        for name, kept in held.items()
    }
    return {key: names for key, names in found.items() if names}


def recent_keys(reader: User) -> list[str]:
    """Return the keys of the notices that `reader` opened last, the latest first."""
    try:
        recent: list[str] = cache.get(_recent(reader), [])
    except redis.RedisError:
        log.warning("What was read last could not be read")
        return []
    return recent


@needs(Capability.PROPOSE, Capability.SIGN)
@require_POST
def reading_now(request: HttpRequest) -> HttpResponse:
    """Hear which notice a page has open, and tell who has which of its rows open."""
    reader, at = signed_in(request), timezone.now()
    opened = request.POST.get("open", "")
    keys = {*request.POST.getlist("key")[:MOST_KEYS], opened}
    visible = Notice.objects.visible_to(reader).filter(key__in=keys)
    seen = {one.key: one for one in visible.only("key", "confidentiality")}
    if opened in seen:
        note_reading(notice=seen[opened], reader=reader, at=at)
    told = [
        key
        for key, one in seen.items()
        if one.confidentiality != Confidentiality.RESTRICTED
    ]
    return JsonResponse(readers_of(told, besides=reader, at=at))


def _name(key: str) -> str:
    return f"reading:{key}"


def _recent(reader: User) -> str:
    return f"recent:{reader.pk}"


def _current(held: Any, at: datetime) -> dict[int, tuple[str, float]]:
    """Return of what is held the part that has not run out."""
    since = (at - HELD).timestamp()
    return {pk: one for pk, one in (held or {}).items() if one[1] > since}

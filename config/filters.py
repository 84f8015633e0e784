"""Filters of the templates: how dates, numbers, names and codes read on a page."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language

from accounts.choices import Role
from notices.names import script_of
from notices.partial_dates import parse_partial_date

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def day(value: date | datetime) -> str:
    """Return "24 Nov 2026", in the reader's time zone for a moment."""
    if isinstance(value, datetime):
        value = _local(value).date()
    return _day(value, get_language())


@lru_cache(maxsize=2048)
def _day(value: date, language: str | None) -> str:
    """Lists write the same few days again and again; each language has its months."""
    return date_format(value, "j M Y")


def moment(value: datetime) -> str:
    """Return "24 Nov 2026, 06:10 UTC", in the reader's time zone and naming it."""
    local = _local(value)
    return f"{date_format(local, 'j M Y, H:i')} {local.tzname() or ''}".rstrip()


def clock(value: datetime) -> str:
    """Return "06:10" in the reader's time zone."""
    return date_format(_local(value), "H:i")


def short_moment(value: datetime, now: datetime | None = None) -> str:
    """Return "06:10" for today and "23 Nov" for an earlier day."""
    local = _local(value)
    is_today = local.date() == _local(now or timezone.now()).date()
    return date_format(local, "H:i" if is_today else "j M")


def partial_date(value: str | date) -> str:
    """Return what is known: "2019", "March 2019" or "5 Mar 2019".

    `value` is an ISO 8601 prefix or a date; text of another shape is shown as it came.
    """
    if isinstance(value, date):
        return day(value)
    try:
        return parse_partial_date(str(value)).words
    except ValueError:
        return str(value)


def ago(value: datetime, now: datetime | None = None) -> str:
    """Return "just now", "5 min ago", "3 h ago", "2 days ago", or the day itself.

    A moment ahead of `now` reads "in 5 min". Beyond two weeks the date says more.
    """
    return since(now)(value)


def since(now: datetime | None = None) -> Callable[[datetime], str]:
    """Return `ago` for many moments: now, zone and language are looked up once."""
    now = now or timezone.now()
    zone, language = timezone.get_current_timezone(), get_language()

    def words(value: datetime) -> str:
        distance = now - value
        ahead = distance < timedelta(0)
        seconds = abs(distance).total_seconds()
        if seconds < _MINUTE:
            return "just now"
        if seconds < _HOUR:
            span = f"{int(seconds // _MINUTE)} min"
        elif seconds < _DAY:
            span = f"{int(seconds // _HOUR)} h"
        elif seconds < 15 * _DAY:
            span = plural(int(seconds // _DAY), "day")
        else:
            return _day(value.astimezone(zone).date(), language)
        return f"in {span}" if ahead else f"{span} ago"

    return words


def number(value: float | str) -> str:
    """Return an integer with its thousands grouped, "18,204"; text stays as it is."""
    return value if isinstance(value, str) else f"{value:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return "no notices", "1 notice" or "2,000 notices"."""
    if count == 1:
        return f"1 {one}"
    return f"{number(count) if count else 'no'} {many or _many(one)}"


def initials(name: str) -> str:
    """Return what stands for somebody in little room: "Ana Lindqvist" gives "AL"."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:: max(len(words) - 1, 1)][:2]) or "?"


def script_lang(text: str) -> str | None:
    """Return a language tag for the script of `text`, such as `und-Arab`.

    None for Latin script and for text without letters: the language of the page holds.
    """
    script = script_of(text)
    return None if script in ("Latn", "Zyyy") else f"und-{script}"


@dataclass(frozen=True, slots=True)
class ShownName:
    text: str
    lang: str | None


def distinct_names(names: Iterable[Any]) -> list[ShownName]:
    """Return the spellings to show, in order, each once whatever its case and spaces.

    A name is text, or an object whose `str()` is the name and whose `script` (ISO
    15924), if it has one, says how to read it.
    """
    shown: dict[str, ShownName] = {}
    for name in names:
        text = str(name).strip()
        script = getattr(name, "script", None)
        lang = f"und-{script}" if script and script != "Latn" else script_lang(text)
        same = re.sub(r"[\s,]+", " ", text).casefold()
        if text and same not in shown:
            shown[same] = ShownName(text, lang)
    return list(shown.values())


def role_name(role: str) -> str:
    """Return "Analyst" for `analyst`; an unknown role is shown as it is."""
    return str(Role(role).label) if role in Role.values else role


def query_string(request: HttpRequest, **changes: object) -> str:
    """Return the address's query with `changes`, "?view=mine&country=RU".

    None or an empty text takes a parameter out, a list sets it several times. An empty
    query gives "?", so that a link with it leads to the page without parameters.
    """
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(one) for one in value])
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _many(one: str) -> str:
    if one.endswith("y") and one[-2:-1] not in "aeiou":
        return f"{one[:-1]}ies"
    return f"{one}es" if one.endswith(("s", "x", "ch", "sh")) else f"{one}s"

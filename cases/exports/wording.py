"""How dates, scripts, languages and coded values read in an export.

An export names the zone UTC, because its readers are in many.
"""

from datetime import UTC, date, datetime
from functools import cache

from babel import Locale
from django.utils.dateformat import format as date_format

from notices.partial_dates import parse_partial_date

_SCRIPTS = {"Hans": "Chinese", "Hant": "Chinese", "Hani": "Chinese"}


def day(value: date | datetime) -> str:
    """Return "24 Nov 2026"."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return date_format(value, "j M Y")


def moment(value: datetime) -> str:
    """Return "24 Nov 2026, 08:30 UTC"."""
    return f"{date_format(value.astimezone(UTC), 'j M Y, H:i')} UTC"


def partial_date(value: str | None) -> str:
    """Return as much of a date as is known: "2019", "March 2019", "5 Mar 2019"."""
    if not value:
        return "date not known"
    return parse_partial_date(value).words


def script_name(code: str) -> str:
    """Return the name of an ISO 15924 script, the code itself if it has none."""
    return _SCRIPTS.get(code) or _english().scripts.get(code, code)


def language_name(code: str | None) -> str:
    """Return the name of an ISO 639 language for people."""
    if not code:
        return "language not stated"
    return _english().languages.get(code, code)


def coded(value: str) -> str:
    """Return a coded value such as `no_longer_listed` as words."""
    return value.replace("_", " ").capitalize()


def quantity(count: int, one: str, many: str = "") -> str:
    """Return "1 notice" or "2 notices"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


@cache
def _english() -> Locale:
    return Locale("en")

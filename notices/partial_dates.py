"""Dates that are known to the day, the month or the year, or not at all.

Stored as the ISO 8601 prefix that is known: `1979`, `1979-03` or `1979-03-14`. The text
sorts by time and its length is its precision.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as date_format

SHAPE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_PARTS = re.compile(r"^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with its precision; `month` and `day` are None where not known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`."""
        if self.day is not None:
            return "day"
        return "month" if self.month is not None else "year"

    @property
    def earliest(self) -> date:
        """The first day that the date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def words(self) -> str:
        """What is known, for people: `1979`, `March 1979` or `14 Mar 1979`."""
        if self.precision == "year":
            return str(self.year)
        return date_format(self.earliest, "j M Y" if self.day is not None else "F Y")

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


def parse_partial_date(text: str) -> PartialDate:
    """Read `1979`, `1979/03`, `1979-03-14` or `1979/3/14`.

    Raises ValueError, in plain words, for other shapes and for days that do not exist.
    """
    found = _PARTS.match(text.strip())
    if not found:
        raise ValueError(
            f"“{text}” is not a date of the form 1979, 1979-03 or 1979-03-14"
        )
    year, month, day = (int(part) if part else None for part in found.groups())
    value = PartialDate(year or 0, month, day)
    try:
        _ = value.earliest
    except ValueError:
        raise ValueError(f"“{text}” is not a day in the calendar") from None
    return value

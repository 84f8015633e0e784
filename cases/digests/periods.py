"""Which digest period a reader is in, by the reader's own clock.

A period is named by a local label: the day `2026-11-24`, or the ISO 8601 week
`2026-W48`, which begins on Monday. It begins at the hour that the reader chose and
lasts until the next one begins, so that at any time a reader is in exactly one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cases.choices import Rhythm

MINUTE = timedelta(minutes=1)
DAYS = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`begins` is an instant in UTC, `label` what the reader's calendar calls it."""

    begins: datetime
    label: str


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of that name, UTC if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def period_at(*, rhythm: str, hour: int, zone: ZoneInfo, at: datetime) -> Period:
    """Return the period that `at` lies in: the last one that has begun by then.

    It began hours ago if nobody was there to send it: the mail then comes late, not
    never.
    """
    return max(
        period for period in _around(rhythm, hour, zone, at) if period.begins <= at
    )


def next_period(*, rhythm: str, hour: int, zone: ZoneInfo, at: datetime) -> Period:
    """Return the first period that begins after `at`."""
    return min(
        period for period in _around(rhythm, hour, zone, at) if period.begins > at
    )


def instant_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return in UTC when it is `hour`:00 on `day`.

    When clocks go back and the hour comes twice, its first time; when they go forward
    and it is skipped, the first minute that exists after the gap.
    """
    wall = datetime.combine(day, time(hour))
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(first, zone) == wall:
        return first
    # In a gap the two readings of the hour lie on both sides of the moment at which
    # the clock jumps past it (PEP 495).
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    minutes = round((first - before) / MINUTE)
    low, high = 0, minutes
    while low < high:
        middle = (low + high) // 2
        if _wall(before + middle * MINUTE, zone) >= wall:
            high = middle
        else:
            low = middle + 1
    return before + low * MINUTE


def _around(rhythm: str, hour: int, zone: ZoneInfo, at: datetime) -> list[Period]:
    """Return the periods that begin next to `at`, two on each side at least."""
    step = DAYS[Rhythm(rhythm)]
    today = at.astimezone(zone).date()
    first = (
        today - timedelta(days=today.weekday())
        if step == DAYS[Rhythm.WEEKLY]
        else today
    )
    days = [first + timedelta(days=step * offset) for offset in range(-2, 3)]
    return [Period(instant_of(day, hour, zone), _label(rhythm, day)) for day in days]


def _label(rhythm: str, day: date) -> str:
    if rhythm == Rhythm.DAILY:
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)

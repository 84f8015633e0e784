"""Stored partial dates as days. Pure."""

from datetime import date, timedelta


def first_day(text: str) -> date:
    """Return the first day that `2026-03` or `2026-03-14` can mean."""
    return date.fromisoformat(f"{text}-01"[:10])


def last_day(text: str) -> date:
    """Return the last day that `2026`, `2026-03` or `2026-03-14` can mean.

    Raises ValueError for what is no stored date.
    """
    if len(text) == len("2026-03-14"):
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7] or 12)
    return months_after(date(year, month, 1), 1) - timedelta(days=1)


def months_after(start: date, months: int) -> date:
    """Return the first of the month that lies `months` after the month of `start`."""
    whole = start.year * 12 + start.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def stale_from(published: str, months: int) -> date:
    """Return the day from which what was published is older than `months`."""
    last = last_day(published)
    turned = months_after(last, months)
    ends = months_after(last, months + 1) - timedelta(days=1)
    return min(turned + timedelta(days=last.day - 1), ends) + timedelta(days=1)

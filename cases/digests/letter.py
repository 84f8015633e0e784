"""What a digest says, before it is written as text or HTML. Nothing but data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# So many events are written out; the page of the digest has the rest.
MOST_NAMED = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One public notice and what happened to it."""

    heading: str
    name: str
    about: str
    url: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Why the reader gets what follows: what is followed, with the reader's note."""

    follow: str
    note: str
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """An earlier digest that may not have arrived."""

    day: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Counts are of events: `total` is all, `more` those that no group writes out."""

    subject: str
    url: str
    follows_url: str
    stop_url: str
    rhythm: str
    is_demo: bool
    total: int
    more: int
    hidden: int
    notes: int
    note_cases: int
    doubts: tuple[Doubt, ...] = ()
    groups: tuple[Group, ...] = field(default=())


def shares(counts: Sequence[int], *, most: int = MOST_NAMED) -> list[int]:
    """Return how many of each group's `counts` events are written out.

    Every group gets its first before any gets its second, so that a busy country does
    not push a person out of the mail.
    """
    seats = sorted(
        (place, group)
        for group, count in enumerate(counts)
        for place in range(min(count, most))
    )[:most]
    given = [0] * len(counts)
    for _, group in seats:
        given[group] += 1
    return given


def subject(*, total: int, since: str) -> str:
    """Return the subject: a count and a day, no word that came from outside."""
    changes = "1 change" if total == 1 else f"{total:,} changes"
    return f"Tracker: {changes} since {since}"


def joined(parts: Iterable[str | None]) -> str:
    """Return the parts that say something, with commas."""
    return ", ".join(part for part in parts if part)

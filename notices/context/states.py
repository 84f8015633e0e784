"""What users keep on record about states, ready to be compared with alerts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from notices.choices import EVENT_KINDS, ContextKind
from notices.context.dates import first_day, last_day, stale_from
from notices.context.known import Event, Recorded
from notices.context.tables import ContextTables
from notices.models import ContextEntry
from notices.partial_dates import parse_partial_date

_MOST_LINKED = 5


@dataclass(frozen=True, slots=True)
class Around:
    """Events and records of some states."""

    events: Mapping[str, Sequence[Event]]
    record: Mapping[str, Recorded]
    back: timedelta
    ahead: timedelta

    def events_near(
        self, codes: Iterable[str], alert: date | None
    ) -> tuple[Event, ...]:
        """Return the events of states that an alert of that day may be near to."""
        if alert is None or not self.events:
            return ()
        first, last = alert - self.back, alert + self.ahead
        return tuple(
            one
            for code in codes
            for one in self.events.get(code, ())
            if one.first <= last and one.last >= first
        )

    def record_of(self, codes: Iterable[str]) -> tuple[Recorded, ...]:
        """Return what is on record about states."""
        if not self.record:
            return ()
        return tuple(self.record[code] for code in codes if code in self.record)


def of_states(
    codes: set[str], *, alerts: Sequence[date], on: date, tables: ContextTables
) -> Around:
    """Return what stands on record about the states `codes` on the day `on`.

    Of events those that one of the `alerts` may be near to. Two queries.
    """
    before, after = tables.widest
    back, ahead = timedelta(days=before), timedelta(days=after)
    events: dict[str, list[Event]] = defaultdict(list)
    if alerts:
        first, last = min(alerts) - back, max(alerts) + ahead
        rows = ContextEntry.objects.standing().filter(
            country__in=codes,
            kind__in=EVENT_KINDS,
            # As text: `2026-03` sorts before every day of that March.
            happened_on__lte=last.isoformat(),
        )
        for row in rows.order_by("happened_on", "pk").values(
            "key", "country_id", "kind", "what", "happened_on", "until"
        ):
            event = _event(row)
            if event.last >= first:
                events[event.country].append(event)
    return Around(events, _record(codes, on, tables), back, ahead)


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        key=row["key"],
        country=row["country_id"],
        kind=row["kind"],
        what=row["what"],
        first=first_day(row["happened_on"]),
        last=last_day(row["until"] or row["happened_on"]),
    )


def _record(codes: set[str], on: date, tables: ContextTables) -> dict[str, Recorded]:
    fresh: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    old: dict[str, str] = {}
    for row in (
        ContextEntry.objects.standing()
        .filter(country__in=codes, kind=ContextKind.MISUSE)
        .order_by("-happened_on", "-pk")
        .values("key", "country_id", "what", "happened_on", "level")
    ):
        if first_day(row["happened_on"]) > on:
            continue
        if on < stale_from(row["happened_on"], tables.record_months):
            fresh[row["country_id"]].append(row)
        else:
            old.setdefault(row["country_id"], _words(row["happened_on"]))
    found = {code: Recorded(code, 0, old_since=when) for code, when in old.items()}
    for code, rows in fresh.items():
        found[code] = Recorded(
            country=code,
            count=len(rows),
            what=rows[0]["what"],
            dated=_words(rows[0]["happened_on"]),
            level=rows[0]["level"],
            keys=tuple(row["key"] for row in rows[:_MOST_LINKED]),
        )
    return found


def _words(text: str) -> str:
    return parse_partial_date(text).words

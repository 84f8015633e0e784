"""The table of a rule set that says how other records are read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EventRule:
    """To what a kind of event points when an alert comes near it.

    From `before` days ahead of the event to `after` days behind it.
    """

    label: str
    indicator: str
    before: int
    after: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContextTables:
    """How other records are read under one rule set."""

    fewest_words: int
    telling_words: int
    steps: tuple[int, ...]
    most_people: int
    same_text_natures: frozenset[str]
    outcome_indicators: frozenset[str]
    outcomes_left_out: frozenset[tuple[str, str]]
    deletions: frozenset[str]
    events: Mapping[str, EventRule]
    most_events: int
    record_months: int

    @property
    def widest(self) -> tuple[int, int]:
        """Days before an alert, and after it, in which any event can matter."""
        return (
            max(one.after for one in self.events.values()),
            max(one.before for one in self.events.values()),
        )


def context_tables(table: Mapping[str, Any]) -> ContextTables:
    """Return the tables of `context.toml`; raises KeyError for a missing value."""
    same, outcome, record = table["same_text"], table["outcome"], table["record"]
    return ContextTables(
        fewest_words=same["fewest_words"],
        telling_words=same["telling_words"],
        steps=tuple(sorted(same["steps"])),
        most_people=same["most_people"],
        same_text_natures=frozenset(same["context_beside"]),
        outcome_indicators=frozenset(outcome["indicators"]),
        outcomes_left_out=frozenset(
            (kind, value)
            for kind, values in outcome["left_out"].items()
            for value in values
        ),
        deletions=frozenset(table["reissue"]["deletions"]),
        events={key: EventRule(**row) for key, row in table["event"].items()},
        most_events=table["events"]["most"],
        record_months=record["months"],
    )

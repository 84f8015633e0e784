"""What other records of the database say beside a notice: plain data.

A loader fills it from records that every reader of findings may see, and from no
others: what somebody may not read must not show through a screening that they may.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SameText:
    """A charge text of the notice in which others are sought by the same issuer.

    `people` counts at least so many others, in the steps of the rule set.
    """

    issuer: str
    text: str
    field: str
    people: int
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a co-accused: a fact in code.

    `text` are the words in which both are sought; empty where colleagues put them into
    one matter.
    """

    kind: str
    value: str
    ground: str
    level: str
    words: str
    text: str
    notice: str


@dataclass(frozen=True, slots=True)
class OtherAlert:
    """Another public alert about the same person.

    `gone_on` is the day since which it is no longer publicly listed.
    """

    notice: str
    label: str
    kind: str
    issuer: str
    charges: tuple[str, ...]
    gone_on: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event in the state that asks; `first` and `last` are its known span."""

    key: str
    country: str
    kind: str
    what: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entries on record about a state that are not yet old.

    `count` of them, with the words, the day and the level of the latest. `old_since`
    stands where there are older ones only.
    """

    country: str
    count: int
    what: str = ""
    dated: str = ""
    level: str = ""
    keys: tuple[str, ...] = ()
    old_since: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a screening reads beside the notice itself.

    `listed_on` is the day on which the alert was first seen on a list that had been
    read whole before, `alert_on` that of the warrant where it is recorded, else the
    same, by `alert_by`; None where no record tells it. `names` are the states that ask,
    in words.
    """

    names: tuple[tuple[str, str], ...] = ()
    listed_on: date | None = None
    alert_on: date | None = None
    alert_by: str = ""
    same_text: tuple[SameText, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    others: tuple[OtherAlert, ...] = ()
    events: tuple[Event, ...] = ()
    record: tuple[Recorded, ...] = ()

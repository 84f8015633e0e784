"""How far the classes of charges agree with a careful reading by a person. Pure.

A reading says which classes a text must have, where one of several will do, and which
it may have besides. A text agrees when nothing is missing and nothing is beyond that.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from notices.screening.offences import classify
from notices.screening.tables import DATA

READINGS = DATA / "charge_readings.jsonl"


@dataclass(frozen=True, slots=True)
class Reading:
    """A charge text and what a person reads in it; `seen` if the tables were written
    with it.
    """

    text: str
    seen: bool
    must: tuple[frozenset[str], ...]
    may: frozenset[str]

    def agrees(self, classes: frozenset[str]) -> bool:
        """Whether `classes` are what the person reads."""
        allowed = self.may.union(*self.must)
        return classes <= allowed and all(classes & choice for choice in self.must)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `n` texts: how many agree, and how many got no class at all."""

    n: int
    agreed: int
    unclassified: int


def read_readings(path: Path = READINGS) -> Iterator[Reading]:
    """Yield the readings that come with the app: invented texts in many languages."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Reading(
                row["text"],
                row["seen"],
                tuple(frozenset(choice) for choice in row["must"]),
                frozenset(row["may"]),
            )


def agreement(readings: Sequence[Reading], version: str) -> Agreement:
    """Return how far rule set `version` agrees with `readings`."""
    agreed = unclassified = 0
    for reading in readings:
        classes = frozenset(classify(reading.text, version).classes)
        agreed += reading.agrees(classes)
        unclassified += not classes
    return Agreement(len(readings), agreed, unclassified)

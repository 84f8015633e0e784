"""What each indicator holds on and what it does not: examples that can be run. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from notices.screening.rules import assess
from notices.screening.ruleset import Ruleset, load
from notices.screening.tables import read_table
from notices.screening.types import (
    ChargeIn,
    FactIn,
    NoticeFacts,
    TextIn,
    WarrantIn,
)

_ASKER = "KZ"


@dataclass(frozen=True, slots=True)
class Example:
    """A small input, what it is called, and whether the indicator holds on it.

    `told` is the charge, the sentence, or the fact in words; `as_what` says which.
    """

    indicator: str
    as_what: str
    told: str
    notice: str
    holds: bool
    facts: NoticeFacts


@lru_cache(maxsize=4)
def every_example(version: str | None = None) -> tuple[Example, ...]:
    """Return all examples of rule set `version`, of the current one by default."""
    rules = load(version)
    rows = read_table(rules.version, "examples.toml")["example"]
    return tuple(_read(rows, rules))


def examples_of(indicator: str) -> tuple[Example, ...]:
    """Return the examples of one indicator in the current rule set."""
    return tuple(one for one in every_example() if one.indicator == indicator)


def comes_out(example: Example, rules: Ruleset) -> bool:
    """Run `example` and tell whether its indicator holds."""
    found = assess(example.facts, rules)
    return example.indicator in {
        one.indicator for one in (*found.findings, *found.counter)
    }


def _read(rows: list[Mapping[str, Any]], rules: Ruleset) -> Iterator[Example]:
    for row in rows:
        kind = row.get("notice", "red")
        given = ""
        facts: tuple[FactIn, ...] = ()
        texts: tuple[TextIn, ...] = ()
        if "fact" in row:
            as_what, told = "fact", _words(row["fact"], rules)
            facts = (_fact(row["fact"], told),)
        elif "text" in row:
            as_what, told = "sentence", row["text"]
            texts = (TextIn(told, "facts"),)
        else:
            as_what, told = "charge", row["charge"]
            given = told
        charges = (ChargeIn(given, "warrant 1, charge 1"),) if given else ()
        yield Example(
            row["indicator"],
            as_what,
            told,
            kind,
            row["holds"],
            NoticeFacts(
                kind=kind,
                warrants=(WarrantIn(_ASKER, charges),),
                facts=facts,
                texts=texts,
            ),
        )


def _fact(row: Mapping[str, Any], told: str) -> FactIn:
    return FactIn(
        quote=told, field=f"fact: {row['kind']}", level="documented", **dict(row)
    )


def _words(row: Mapping[str, Any], rules: Ruleset) -> str:
    """Return a coded fact as people read it, with what narrows it."""
    words = rules.fact_words(row["kind"], row["value"])
    if "ground" in row:
        words += f", ground: {row['ground'].replace('_', ' ')}"
    if "years" in row:
        words += f", {row['years']:g} years"
    if "against" in row:
        same = "the state that asks" if row["against"] == _ASKER else "another state"
        words += f", against {same}"
    return words

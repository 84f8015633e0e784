"""One version of all rules, read once: catalogue, offences, facts, cues, weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from notices.context.tables import ContextTables, context_tables
from notices.screening.catalogue import Indicator, read_catalogue
from notices.screening.cues import CueTables, cue_tables
from notices.screening.offences import OffenceTables, offence_tables
from notices.screening.tables import (
    TableError,
    current_version,
    has_table,
    read_table,
)
from notices.screening.types import Finding


@dataclass(frozen=True, slots=True)
class FactRule:
    """What one coded answer of a fact kind points to; nothing when not scored."""

    label: str
    indicator: str | None
    strength: int | None
    reason: str
    needs_against: bool
    urgency: str | None


@dataclass(frozen=True, slots=True)
class FactKindTable:
    """A kind of fact: its label, its values, the grounds that a value must state."""

    label: str
    values: Mapping[str, FactRule]
    grounds: Mapping[str, Mapping[str, FactRule]]
    ground_required: frozenset[str]
    takes_years: bool


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Every table of one rule set. Frozen: a screening names the version it was made
    by.
    """

    version: str
    catalogue: Mapping[str, Indicator]
    offences: OffenceTables
    facts: Mapping[str, FactKindTable]
    cues: CueTables
    described: Mapping[str, Any]
    weights: Mapping[str, Any]
    # None for a rule set that reads no other records.
    context: ContextTables | None

    def fact_words(self, kind: str, value: str) -> str:
        """Return a coded fact as people read it: "Recognised refugee"."""
        table = self.facts.get(kind)
        rule = table.values.get(value) if table else None
        return rule.label if rule else value.replace("_", " ")

    def finding(
        self,
        indicator: str,
        *,
        quote: str,
        field: str,
        reason: str,
        level: str,
        strength: int | None = None,
        suggestion: bool = False,
        is_context: bool = False,
        rests_on: tuple[tuple[str, str], ...] = (),
    ) -> Finding:
        """Return a finding for `indicator` with its articles and marks filled in."""
        row = self.catalogue[indicator]
        return Finding(
            indicator=indicator,
            articles=row.cites,
            verified=row.is_verified,
            strength=min(strength or row.strength, 3),
            level=level,
            quote=quote,
            field=field,
            reason=reason,
            is_counter=row.is_counter,
            suggestion=suggestion,
            factors=row.factors,
            condition=row.condition,
            # What the catalogue calls context decides nothing, whoever found it.
            is_context=is_context or row.context_only,
            rests_on=rests_on,
        )


def _rule(row: Mapping[str, Any], label: str) -> FactRule:
    return FactRule(
        label=row.get("label", label),
        indicator=row.get("indicator"),
        strength=row.get("strength"),
        reason=row.get("reason", ""),
        needs_against=row.get("needs") == "against",
        urgency=row.get("urgency"),
    )


def _fact_kind(row: Mapping[str, Any]) -> FactKindTable:
    values = row["values"]
    return FactKindTable(
        label=row["label"],
        values={key: _rule(value, key) for key, value in values.items()},
        grounds={
            key: {
                name: _rule(ground, name.replace("_", " "))
                for name, ground in value["grounds"].items()
            }
            for key, value in values.items()
            if "grounds" in value
        },
        ground_required=frozenset(
            key for key, value in values.items() if value.get("ground_required")
        ),
        takes_years=row.get("takes_years", False),
    )


def _check(ruleset: Ruleset) -> None:
    """Raise TableError where a table names an indicator that does not exist."""
    named: set[str | None] = {row.indicator for row in ruleset.cues.cues}
    named |= {one.indicator for one in ruleset.offences.classes.values()}
    for kind in ruleset.facts.values():
        for rules in (kind.values, *kind.grounds.values()):
            named |= {rule.indicator for rule in rules.values()}
    if ruleset.context is not None:
        named |= {one.indicator for one in ruleset.context.events.values()}
        named |= ruleset.context.outcome_indicators
    if wrong := named - set(ruleset.catalogue) - {None}:
        raise TableError(f"not in the catalogue: {', '.join(sorted(map(str, wrong)))}")


def load(version: str | None = None) -> Ruleset:
    """Return rule set `version`, or the current one.

    Raises UnknownRules for a version that does not exist and TableError for broken
    tables.
    """
    return _load(version or current_version())


@lru_cache(maxsize=4)
def _load(version: str) -> Ruleset:
    ruleset = Ruleset(
        version=version,
        catalogue=read_catalogue(version),
        offences=offence_tables(version),
        facts={
            key: _fact_kind(row)
            for key, row in read_table(version, "facts.toml")["kind"].items()
        },
        cues=cue_tables(version),
        described=read_table(version, "described.toml"),
        weights=read_table(version, "weights.toml"),
        context=context_tables(read_table(version, "context.toml"))
        if has_table(version, "context.toml")
        else None,
    )
    _check(ruleset)
    return ruleset

"""A stored screening as people read it: words for its codes, findings in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from notices.screening.catalogue import FACTORS, Article, Indicator
from notices.screening.ruleset import Ruleset, load
from notices.screening.tables import UnknownRules, current_version

# Stands for the field of a finding whose words its reader may not see.
PROTECTED_FIELD = "protected fact"


class StoredFinding(Protocol):
    """A row of the findings of a screening."""

    indicator: str
    is_counter: bool
    strength: int
    level: str
    quote: str
    field: str
    reason: str
    is_context: bool
    rests_on: list[Any]


class StoredScreening(Protocol):
    """A row that keeps a screening."""

    rules_version: str
    rule_breach: dict[str, Any]
    article_2_3: dict[str, Any]
    evidence: dict[str, Any]
    urgency: dict[str, Any]
    unknown: list[str]
    context_notes: list[str]


@dataclass(frozen=True, slots=True)
class SheetFinding:
    """A finding beside what the catalogue says of its indicator."""

    row: StoredFinding
    indicator: Indicator
    articles: tuple[Article, ...]
    # Notices that it rests on and that the reader may see: key and label.
    notices: tuple[tuple[str, str], ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Keys of the events and records that it rests on."""
        return tuple(key for kind, key in self.row.rests_on if kind == "entry")

    @property
    def is_context(self) -> bool:
        return self.row.is_context or self.indicator.context_only

    @property
    def has_words(self) -> bool:
        """Whether the reader sees what it rests on, and so can say something of it."""
        return self.row.field != PROTECTED_FIELD

    @property
    def unverified(self) -> tuple[Article, ...]:
        """The cited rules that were not verified against the primary text."""
        return tuple(one for one in self.articles if not one.is_verified)


@dataclass(frozen=True, slots=True)
class SheetSuggestion:
    """What the machine read in a free text and no person has accepted yet."""

    row: Mapping[str, Any]
    indicator: Indicator


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A condition or a factor: key, name, state, and the findings that belong to it."""

    key: str
    name: str
    state: str
    findings: tuple[SheetFinding, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The assessment sheet: three outputs apart, for, against, context, unknown."""

    rules_version: str
    is_current_rules: bool
    conditions: tuple[SheetRule, ...]
    factors: tuple[SheetRule, ...]
    findings: tuple[SheetFinding, ...]
    against: tuple[SheetFinding, ...]
    # Context that cannot decide, such as a state's record.
    context: tuple[SheetFinding, ...]
    # What was compared, and what there was nothing to compare with.
    context_notes: tuple[str, ...]
    suggestions: tuple[SheetSuggestion, ...]
    unknown: tuple[str, ...]
    urgency: tuple[str, ...]
    needs_second_analyst: bool


def sheet_of(
    screening: StoredScreening,
    rows: Iterable[StoredFinding],
    *,
    linked: Mapping[str, str] = MappingProxyType({}),
    in_use: str = "",
) -> Sheet:
    """Return `screening` with its finding `rows` in words of the rules it was made by.

    `linked` are the notices that findings rest on and that the reader may see, key and
    label. `in_use` are the rules that screen now, else those that the app names. Rules
    that are gone are read with the current ones.
    """
    rules = _rules(screening.rules_version)
    findings = [_with_catalogue(row, rules, linked) for row in rows]
    shown = [one for one in findings if not one.row.is_counter]
    against = [one for one in findings if one.row.is_counter]
    return Sheet(
        rules_version=screening.rules_version,
        is_current_rules=screening.rules_version == (in_use or current_version()),
        conditions=_conditions(screening, shown, rules),
        factors=_factors(screening, findings),
        findings=tuple(one for one in shown if not one.is_context),
        against=tuple(against),
        context=tuple(one for one in shown if one.is_context),
        context_notes=tuple(screening.context_notes),
        suggestions=tuple(
            SheetSuggestion(one, rules.catalogue[one["indicator"]])
            for one in screening.evidence.get("suggestions", ())
        ),
        unknown=tuple(screening.unknown),
        urgency=tuple(screening.urgency.get("reasons", ())),
        needs_second_analyst=bool(screening.article_2_3.get("second_analyst")),
    )


def _rules(version: str) -> Ruleset:
    try:
        return load(version)
    except UnknownRules:
        return load()


def _with_catalogue(
    row: StoredFinding, rules: Ruleset, linked: Mapping[str, str]
) -> SheetFinding:
    indicator = rules.catalogue[row.indicator]
    notices = tuple(
        (key, linked[key])
        for kind, key in row.rests_on
        if kind == "notice" and key in linked
    )
    return SheetFinding(row, indicator, indicator.articles, notices)


def _conditions(
    screening: StoredScreening, findings: Sequence[SheetFinding], rules: Ruleset
) -> tuple[SheetRule, ...]:
    states: Mapping[str, str] = screening.rule_breach.get("conditions", {})
    return tuple(
        SheetRule(
            key,
            name,
            states.get(key, "unknown"),
            tuple(one for one in findings if one.indicator.condition == key),
        )
        for key, name in rules.weights["conditions"].items()
    )


def _factors(
    screening: StoredScreening, findings: Sequence[SheetFinding]
) -> tuple[SheetRule, ...]:
    states: Mapping[str, str] = screening.article_2_3.get("factors", {})
    return tuple(
        SheetRule(
            key,
            name,
            states.get(key, "unknown"),
            tuple(one for one in findings if key in one.indicator.factors),
        )
        for key, name in FACTORS.items()
    )

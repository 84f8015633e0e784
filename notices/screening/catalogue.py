"""The catalogue of indicators and counter-indicators, and the articles they cite.

Read from the tables of a rule set (`data/<version>/`), which a lawyer can read and
amend. Source of both: `domain/rules.md` sections 1 and 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notices.screening.tables import TableError, read_table

MARKS = {
    "P": "read on a page of INTERPOL or a government",
    "S": "seen on a secondary page only",
    "NV": "not verified against the primary text",
}
_WORST_FIRST = ("NV", "S", "P")
WEIGHTS = {"strong": 3, "medium-strong": 2, "medium": 2, "weak": 1}
FACTORS: Mapping[str, str] = {
    "a": "Nature of the offence: the charges and the facts behind them",
    "b": "Status of the person",
    "c": "Identity of the source",
    "d": "Position of other bureaus and international entities",
    "e": "Obligations under international law",
    "f": "Effect on INTERPOL's neutrality",
    "g": "General context of the case",
}


@dataclass(frozen=True, slots=True)
class Article:
    """A rule: how it is cited, what it says in our words, and how sure we are of it."""

    key: str
    cite: str
    instrument: str
    says: str
    mark: str
    valid_from: str | None = None
    valid_to: str | None = None

    @property
    def is_verified(self) -> bool:
        return self.mark != "NV"

    @property
    def certainty(self) -> str:
        """In words, to stand wherever the article is shown."""
        return MARKS[self.mark]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign of misuse (I01-I41) or against it (C01-C15).

    `strength` is 3 (may decide alone or nearly), 2 (serious with others) or 1
    (context). For counter-indicators it follows from `weight`. `factors` are letters of
    RPD Art. 34(3); `condition` names the rule that a finding may breach.
    """

    id: str
    name: str
    question: str
    articles: tuple[Article, ...]
    proof: str
    strength: int
    derived: tuple[str, ...]
    factors: tuple[str, ...]
    condition: str | None = None
    weight: str | None = None
    caveat: str = ""
    context_only: bool = False

    @property
    def is_counter(self) -> bool:
        return self.weight is not None

    @property
    def mark(self) -> str:
        """The weakest mark among the articles."""
        held = {article.mark for article in self.articles}
        return next(mark for mark in _WORST_FIRST if mark in held)

    @property
    def is_verified(self) -> bool:
        """Whether no cited article is marked as not verified."""
        return self.mark != "NV"

    @property
    def cites(self) -> tuple[str, ...]:
        return tuple(article.cite for article in self.articles)


def read_catalogue(version: str) -> dict[str, Indicator]:
    """Return every indicator of rule set `version` by id.

    Raises TableError when a row cites an article that is not listed or lacks a value.
    """
    articles = {
        key: Article(key=key, **row)
        for key, row in read_table(version, "articles.toml")["article"].items()
    }
    table = read_table(version, "indicators.toml")
    rows = {**table["indicator"], **table["counter"]}
    return {key: _indicator(key, row, articles) for key, row in rows.items()}


def _indicator(
    key: str, row: Mapping[str, Any], articles: Mapping[str, Article]
) -> Indicator:
    try:
        cited = tuple(articles[name] for name in row["articles"])
        weight = row.get("weight")
        return Indicator(
            id=key,
            name=row["name"],
            question=row["question"],
            articles=cited,
            proof=row["proof"],
            strength=WEIGHTS[weight] if weight else row["strength"],
            derived=tuple(row["derived"]),
            factors=tuple(row["factors"]),
            condition=row.get("condition"),
            weight=weight,
            caveat=row.get("caveat", ""),
            context_only=row.get("context_only", False),
        )
    except KeyError as missing:
        raise TableError(f"{key}: {missing.args[0]} is missing or not listed") from None

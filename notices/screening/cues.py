"""Suggestions from free text: sentences that tell of a fact the rules ask about.

What the person's own side says is not scored (a claim of innocence is never a sign),
nor is what stands after a negation. Each suggestion quotes its words; a person accepts
or drops it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from notices.screening.phrases import Match, PhraseBook
from notices.screening.tables import read_folder, read_table
from notices.screening.text import Word, sentence_around, sentence_ends, words_of

_NEGATION_REACH = 3


@dataclass(frozen=True, slots=True)
class Cue:
    """One row of the cue table."""

    number: int
    indicator: str
    reason: str
    level: str
    strength: int | None
    needs_also: bool
    # How many different phrases of it a text must hold.
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is; `anywhere`: also outside a description of them."""

    value: str
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cue found in a text, and the words that show it."""

    cue: Cue
    quote: str
    start: int


@dataclass(frozen=True, slots=True)
class CueTables:
    """The cues, roles and ways of claiming of one rule set."""

    cues: tuple[Cue, ...]
    phrases: PhraseBook[int]
    # Those of the few cues that may read a charge.
    in_charges: PhraseBook[int]
    also: PhraseBook[int]
    unless: PhraseBook[int]
    claims: PhraseBook[str]
    negations: frozenset[str]
    roles: PhraseBook[Role]

    @classmethod
    def read(cls, version: str) -> "CueTables":
        """Read the cue tables of rule set `version`. Raises TableError, PhraseError."""
        rows: list[dict[str, Any]] = []
        claims: list[tuple[str, str]] = []
        negations: list[str] = []
        for table in read_folder(version, "cues").values():
            rows += table.get("cue", ())
            claims += [(phrase, "claim") for phrase in table.get("claims", ())]
            negations += table.get("negations", ())
        return cls(
            cues=tuple(
                Cue(
                    number,
                    row["indicator"],
                    row["reason"],
                    row["level"],
                    row.get("strength"),
                    "also" in row,
                    row.get("at_least", 1),
                )
                for number, row in enumerate(rows)
            ),
            phrases=_book(rows, "phrases"),
            in_charges=_book(rows, "phrases", only="in_charges"),
            also=_book(rows, "also"),
            unless=_book(rows, "unless"),
            claims=PhraseBook.of(claims),
            negations=frozenset(negations),
            roles=PhraseBook.of(
                (phrase, Role(row["value"], row.get("anywhere", True)))
                for row in read_table(version, "roles.toml")["role"]
                for phrase in row["phrases"]
            ),
        )

    def suggestions(
        self, text: str, words: Sequence[Word] | None = None, *, charge: bool = False
    ) -> list[Suggestion]:
        """Return what `text` suggests, at most once per cue, in the order of the text.

        `charge` is true for the text of a charge, which only few cues may read.
        """
        words = words_of(text) if words is None else words
        found = (self.in_charges if charge else self.phrases).matches(text, words)
        if not found:
            return []
        sentences = _Sentences(text)
        also = _numbers_by_sentence(self.also.matches(text, words), sentences)
        unless = _numbers_by_sentence(self.unless.matches(text, words), sentences)
        claimed = sentences.first_by_sentence(self.claims.matches(text, words))
        kept: dict[int, Suggestion] = {}
        held: dict[int, set[str]] = defaultdict(set)
        for match in sorted(found, key=lambda one: (one.start, -one.end)):
            cue = self.cues[match.label]
            where = sentences.of(match.start)
            if (
                (cue.number in kept and cue.at_least == 1)
                or (cue.needs_also and cue.number not in also.get(where, ()))
                or cue.number in unless.get(where, ())
                or claimed.get(where, len(text)) <= match.start
                or self._negated(match, words)
            ):
                continue
            held[cue.number].add(match.phrase)
            kept.setdefault(
                cue.number, Suggestion(cue, text[match.start : match.end], match.start)
            )
        return [
            one
            for one in kept.values()
            if len(held[one.cue.number]) >= one.cue.at_least
        ]

    def roles_in(self, text: str, *, describes: bool) -> list[tuple[str, str]]:
        """Return (profession value, quoted words) that `text` tells of the person.

        `describes` is true for a text that says who the person is and nothing else.
        """
        words = words_of(text)
        sentences = _Sentences(text)
        claimed = sentences.first_by_sentence(self.claims.matches(text, words))
        roles: dict[str, str] = {}
        for match in self.roles.matches(text, words):
            if not (describes or match.label.anywhere):
                continue
            if claimed.get(sentences.of(match.start), len(text)) <= match.start:
                continue
            if self._negated(match, words):
                continue
            roles.setdefault(match.label.value, text[match.start : match.end])
        return list(roles.items())

    def _negated(self, match: Match[Any], words: Sequence[Word]) -> bool:
        before = words[max(0, match.first - _NEGATION_REACH) : match.first]
        clause = words[match.first].clause if match.first >= 0 else -1
        return any(
            word.form in self.negations or word.form.endswith("n't")
            for word in before
            if word.clause == clause
        )


@lru_cache(maxsize=4)
def cue_tables(version: str) -> CueTables:
    """Return the cue tables of rule set `version`, read once."""
    return CueTables.read(version)


class _Sentences:
    """Where the sentences of a text begin."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = sentence_ends(text)

    def of(self, start: int) -> int:
        """Return the offset at which the sentence that holds `start` begins."""
        return sentence_around(self._text, start, self._ends)[0]

    def first_by_sentence(self, matches: Sequence[Match[Any]]) -> dict[int, int]:
        first: dict[int, int] = {}
        for match in matches:
            where = self.of(match.start)
            first[where] = min(first.get(where, match.start), match.start)
        return first


def _book(
    rows: Sequence[dict[str, Any]], name: str, *, only: str | None = None
) -> PhraseBook[int]:
    return PhraseBook.of(
        (phrase, number)
        for number, row in enumerate(rows)
        if only is None or row.get(only)
        for phrase in row.get(name, ())
    )


def _numbers_by_sentence(
    matches: Sequence[Match[int]], sentences: _Sentences
) -> dict[int, set[int]]:
    numbers: dict[int, set[int]] = {}
    for match in matches:
        numbers.setdefault(sentences.of(match.start), set()).add(match.label)
    return numbers

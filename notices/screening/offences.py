"""Classes of offence in the text of a charge, each with the words that show it.

A charge text is a weak sign: it names what a state alleges, not what was done. Several
classes can hold; none is an answer too.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from notices.screening.language import LanguageTable, language_of
from notices.screening.phrases import Match, PhraseBook
from notices.screening.spelling import repaired, vocabulary_of
from notices.screening.tables import TableError, read_folder, read_table
from notices.screening.text import Word, joined, words_of

_NEGATION_REACH = 3


@dataclass(frozen=True, slots=True)
class OffenceClass:
    """A class of offence, its nature and what a charge of this class may point to."""

    key: str
    name: str
    nature: str
    indicator: str | None = None
    strength: int | None = None
    reason: str = ""
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A class and the words of the text that show it, with their offsets."""

    offence: str
    quote: str
    start: int
    end: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Classified:
    """What is said of one text: its language, if it can be told, and its classes."""

    language: str | None
    hits: tuple[Hit, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Each class once, in the order in which the text names them."""
        return tuple(dict.fromkeys(hit.offence for hit in self.hits))

    def quote_of(self, offence: str) -> str:
        return next(hit.quote for hit in self.hits if hit.offence == offence)


@dataclass(frozen=True, slots=True)
class _Label:
    offence: str
    language: str
    kind: str  # `phrases`, `weak` or `only`


@dataclass(frozen=True, slots=True)
class OffenceTables:
    """The offence classes and phrases of one rule set, ready for use."""

    classes: Mapping[str, OffenceClass]
    book: PhraseBook[_Label]
    negations: PhraseBook[str]
    languages: LanguageTable
    vocabulary: tuple[str, ...]

    @classmethod
    def read(cls, version: str) -> "OffenceTables":
        """Read the tables of rule set `version`. Raises TableError on a wrong row."""
        tables = read_folder(version, "offences")
        classes = {
            key: OffenceClass(
                key=key,
                name=row["name"],
                nature=row["nature"],
                indicator=row.get("indicator"),
                strength=row.get("strength"),
                reason=row.get("reason", ""),
                beside=frozenset(row.get("with", ())),
            )
            for key, row in tables.pop("classes").items()
        }
        rows: list[tuple[str, _Label]] = []
        negations: list[tuple[str, str]] = []
        for table in tables.values():
            negations += [(phrase, "not") for phrase in table["negations"]]
            rows += _rows(table, classes)
        languages = LanguageTable.of(read_table(version, "languages.toml"))
        mended = (row for row in rows if row[1].language in languages.mended)
        return cls(
            classes,
            PhraseBook.of(rows),
            PhraseBook.of(negations),
            languages,
            vocabulary_of([PhraseBook.of(mended)]),
        )

    def classify(self, text: str, words: Sequence[Word] | None = None) -> Classified:
        """Return language and offence classes of `text`. Never raises."""
        words = words_of(text) if words is None else words
        matches = self.book.matches(text, words)
        if not matches and (whole := joined(words)):
            words = whole
            matches = self.book.matches(text, words)
        if not matches:
            ordinary = self.languages.ordinary
            mended = repaired(words, self.vocabulary, ordinary=ordinary)
            matches = self.book.matches(text, mended) if mended else []
        hints: dict[str, int] = {}
        for match in matches:
            if match.label.kind == "phrases":
                spoken = match.label.language
                hints[spoken] = hints.get(spoken, 0) + 1
        language = language_of(text, words, self.languages, hints)
        kept = [
            match
            for match in matches
            if match.label.kind != "only" or match.label.language == language
        ]
        kept = self._without_negated(text, words, kept)
        firm = [match for match in kept if match.label.kind != "weak"]
        chosen = self._without_covered(firm or kept)
        hits = [
            Hit(
                match.label.offence,
                text[match.start : match.end],
                match.start,
                match.end,
                match.phrase,
            )
            for match in chosen
        ]
        return Classified(language, tuple(hits))

    def _without_negated(
        self, text: str, words: Sequence[Word], matches: list[Match[_Label]]
    ) -> list[Match[_Label]]:
        ends = [max(found.words) for found in self.negations.matches(text, words)]
        if not ends:
            return matches
        return [
            match
            for match in matches
            if not any(0 < match.first - end <= _NEGATION_REACH for end in ends)
        ]

    def _without_covered(self, matches: list[Match[_Label]]) -> list[Match[_Label]]:
        """Keep, of hits on the same words, the longer; classes that may meet stay."""
        chosen: list[Match[_Label]] = []
        # By each word that they cover: what covers a match covers any word of it.
        covering: dict[int, list[Match[_Label]]] = defaultdict(list)
        for match in sorted(matches, key=lambda one: (-len(one.words), one.start)):
            mine = match.label.offence
            beside = self.classes[mine].beside
            if any(
                match.words <= other.words
                and (other.label.offence == mine or other.label.offence not in beside)
                for other in covering.get(next(iter(match.words)), ())
                if not (match.words == other.words and other.label.offence != mine)
            ):
                continue
            chosen.append(match)
            for number in match.words:
                covering[number].append(match)
        return sorted(chosen, key=lambda one: (one.start, one.end))


def _rows(
    table: Mapping[str, Any], classes: Mapping[str, OffenceClass]
) -> list[tuple[str, _Label]]:
    language = table["language"]
    rows: list[tuple[str, _Label]] = []
    for offence, lists in table.items():
        if not isinstance(lists, dict):
            continue
        if offence not in classes:
            raise TableError(f"{language}: {offence} is not an offence class")
        only, weak = lists.get("only", []), lists.get("weak", [])
        if unlisted := set(only) - set(lists["phrases"]):
            raise TableError(f"{language}, {offence}: {unlisted} is not among phrases")
        for kind, phrases in (("phrases", lists["phrases"]), ("weak", weak)):
            rows += [
                (phrase, _Label(offence, language, "only" if phrase in only else kind))
                for phrase in phrases
            ]
    return rows


@lru_cache(maxsize=4)
def offence_tables(version: str) -> OffenceTables:
    """Return the offence tables of rule set `version`, read once."""
    return OffenceTables.read(version)


# Feeds repeat their charges; what is longer than this is not kept.
_LONGEST_KEPT = 2_000


@lru_cache(maxsize=20_000)
def _classify_kept(text: str, version: str) -> Classified:
    return offence_tables(version).classify(text)


def classify(text: str, version: str) -> Classified:
    """Return language and offence classes of `text` under rule set `version`."""
    if len(text) > _LONGEST_KEPT:
        return offence_tables(version).classify(text)
    return _classify_kept(text, version)

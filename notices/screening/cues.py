"""Suggestions from free text: sentences that tell of a fact the rules ask about.

A table of cues reads texts of its language. What the person's own side says is not
scored (a claim of innocence is never a sign), nor is what stands after a negation, nor,
where a cue is about the person, what is told of somebody else. Each suggestion quotes
its sentence; a person accepts or drops it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from notices.screening.language import LanguageTable, language_of
from notices.screening.phrases import Match, PhraseBook, PhraseError
from notices.screening.tables import read_folder, read_table
from notices.screening.text import Word, fold, sentence_around, sentence_ends, words_of

_NEGATION_REACH = 3
_WORD_CLASS = re.compile(r"@(\w+)")
# The word class of all names of states and their adjectives.
_STATES = "state"
_FIRST_LANGUAGE = "en"
# A sentence longer than this is not quoted whole.
_LONGEST_QUOTE = 400
_ALSO_THE_PERSON = frozenset({"and", "him", "her", "himself", "herself"})
NOBODY: frozenset[str] = frozenset()


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
    # It counts only where it is told of the person, not of a relative or companion.
    own: bool = False
    # It counts only where it names a state other than those that ask.
    abroad: bool = False
    # It reads texts in this language.
    language: str = _FIRST_LANGUAGE


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is; `anywhere`: also outside a description of them."""

    value: str
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cue found in a text, the words that show it, and their sentence."""

    cue: Cue
    quote: str
    start: int
    sentence: str


@dataclass(frozen=True, slots=True)
class CueTables:
    """The cues, roles and ways of claiming of one rule set."""

    cues: tuple[Cue, ...]
    phrases: PhraseBook[int]
    # Those of the few cues that may read a charge.
    in_charges: PhraseBook[int]
    # Those that may read who the person is.
    in_subject: PhraseBook[int]
    also: PhraseBook[int]
    unless: PhraseBook[int]
    claims: PhraseBook[str]
    negations: frozenset[str]
    others: frozenset[str]
    # The code of each state by the words that name it; empty for “foreign”.
    states: Mapping[str, str]
    # The same for words of which only the beginning is given.
    state_stems: Mapping[str, str]
    languages: LanguageTable
    # The languages that have cues, each with those it is easily taken for.
    read_as: Mapping[str, frozenset[str]]
    roles: PhraseBook[Role]

    @classmethod
    def read(cls, version: str) -> "CueTables":
        """Read the cue tables of rule set `version`. Raises TableError, PhraseError."""
        languages = read_table(version, "languages.toml")
        rows: list[dict[str, Any]] = []
        claims: list[tuple[str, str]] = []
        negations: list[str] = []
        others: list[str] = []
        states, stems = _names_of_states(version)
        classes: dict[str, Sequence[str]] = {
            _STATES: [*states, *(f"{stem}*" for stem in stems)]
        }
        spoken = {_FIRST_LANGUAGE}
        for table in read_folder(version, "cues").values():
            language = table.get("language", _FIRST_LANGUAGE)
            spoken.add(language)
            rows += [row | {"language": language} for row in table.get("cue", ())]
            claims += [(phrase, "claim") for phrase in table.get("claims", ())]
            negations += table.get("negations", ())
            others += table.get("others", ())
            classes |= table.get("words", {})
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
                    row.get("own", False),
                    row.get("abroad", False),
                    row["language"],
                )
                for number, row in enumerate(rows)
            ),
            phrases=_book(rows, "phrases", classes, without="in_subject"),
            in_charges=_book(rows, "phrases", classes, only="in_charges"),
            in_subject=_book(rows, "phrases", classes, only="in_subject"),
            also=_book(rows, "also", classes),
            unless=_book(rows, "unless", classes),
            claims=PhraseBook.of(claims),
            negations=frozenset(negations),
            others=frozenset(others),
            states=states,
            state_stems=stems,
            languages=LanguageTable.of(languages),
            read_as={
                language: frozenset({language, *languages["alike"].get(language, ())})
                for language in sorted(spoken)
            },
            roles=PhraseBook.of(
                (phrase, Role(row["value"], row.get("anywhere", True)))
                for row in read_table(version, "roles.toml")["role"]
                for phrase in row["phrases"]
            ),
        )

    def suggestions(
        self,
        text: str,
        words: Sequence[Word] | None = None,
        *,
        charge: bool = False,
        describes: bool = False,
        askers: frozenset[str] = NOBODY,
    ) -> list[Suggestion]:
        """Return what `text` suggests, at most once per cue, in the order of the text.

        `charge` is true for the text of a charge and `describes` for one that says who
        the person is; only few cues may read those. `askers` are the codes of the
        states that ask; they are no other state.
        """
        words = words_of(text) if words is None else words
        book = self.in_charges if charge else self.phrases
        found = (self.in_subject if describes else book).matches(text, words)
        if not found:
            return []
        spoken = None if charge else self._spoken(text, words, found)
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
                (spoken is not None and cue.language not in spoken)
                or (cue.number in kept and cue.at_least == 1)
                or (cue.needs_also and cue.number not in also.get(where, ()))
                or cue.number in unless.get(where, ())
                or claimed.get(where, len(text)) <= match.start
                or self._negated(match, words)
                or (cue.own and self._of_others(match, words))
                or (cue.abroad and not self._names_another(match, words, askers))
            ):
                continue
            held[cue.number].add(match.phrase)
            kept.setdefault(
                cue.number,
                Suggestion(
                    cue,
                    text[match.start : match.end],
                    match.start,
                    sentences.around(match.start, match.end),
                ),
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

    def _spoken(
        self, text: str, words: Sequence[Word], found: Sequence[Match[int]]
    ) -> frozenset[str] | None:
        """Return the languages whose cues read `text`; None for all of them."""
        cues = (self.cues[match.label] for match in found)
        hints = Counter(
            # The name of a state, or half of a pair, says little of the language.
            cue.language
            for cue in cues
            if not (cue.abroad or cue.needs_also)
        )
        language = language_of(text, words, self.languages, hints)
        if language is None:
            return None
        return self.read_as.get(language, self.read_as[_FIRST_LANGUAGE])

    def _negated(self, match: Match[Any], words: Sequence[Word]) -> bool:
        return any(
            form in self.negations or form.endswith("n't")
            for form in (*_before(match, words), *_within(match, words))
        )

    def _of_others(self, match: Match[Any], words: Sequence[Word]) -> bool:
        within = _within(match, words)
        if not _ALSO_THE_PERSON.isdisjoint(within):
            return False
        return not self.others.isdisjoint((*_before(match, words), *within))

    def _names_another(
        self, match: Match[Any], words: Sequence[Word], askers: frozenset[str]
    ) -> bool:
        named = {self._state(words[number].form) for number in match.words}
        return bool(named - askers - {None})

    def _state(self, form: str) -> str | None:
        code = self.states.get(form)
        if code is not None:
            return code
        return next(
            (code for stem, code in self.state_stems.items() if form.startswith(stem)),
            None,
        )


@lru_cache(maxsize=4)
def cue_tables(version: str) -> CueTables:
    """Return the cue tables of rule set `version`, read once."""
    return CueTables.read(version)


def _names_of_states(version: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the code of each state by its whole words, and by beginnings of words."""
    whole: dict[str, str] = {}
    begun: dict[str, str] = {}
    for code, named in read_table(version, "states.toml")["states"].items():
        for word in named:
            kind = begun if word.endswith("*") else whole
            kind[fold(word.rstrip("*"))] = "" if code == "any" else code
    return whole, begun


def _before(match: Match[Any], words: Sequence[Word]) -> list[str]:
    """Return the few words before a match, within its clause."""
    if match.first < 0:
        return []
    clause = words[match.first].clause
    return [
        word.form
        for word in words[max(0, match.first - _NEGATION_REACH) : match.first]
        if word.clause == clause
    ]


def _within(match: Match[Any], words: Sequence[Word]) -> list[str]:
    """Return the words in the gaps of a match."""
    if match.first < 0:
        return []
    return [
        words[number].form
        for number in range(match.first, max(match.words))
        if number not in match.words
    ]


class _Sentences:
    """Where the sentences of a text begin."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = sentence_ends(text)

    def of(self, start: int) -> int:
        """Return the offset at which the sentence that holds `start` begins."""
        return sentence_around(self._text, start, self._ends)[0]

    def around(self, start: int, end: int) -> str:
        """Return the sentence that holds what stands there, or only that, if long."""
        begin, finish = sentence_around(self._text, start, self._ends)
        whole = self._text[begin : max(finish, end)].strip()
        return whole if len(whole) <= _LONGEST_QUOTE else self._text[start:end]

    def first_by_sentence(self, matches: Sequence[Match[Any]]) -> dict[int, int]:
        first: dict[int, int] = {}
        for match in matches:
            where = self.of(match.start)
            first[where] = min(first.get(where, match.start), match.start)
        return first


def _book(
    rows: Sequence[dict[str, Any]],
    name: str,
    classes: Mapping[str, Sequence[str]],
    *,
    only: str | None = None,
    without: str | None = None,
) -> PhraseBook[int]:
    """Return the phrases under `name`, each `@class` written out as its words."""

    def words_of_class(found: re.Match[str]) -> str:
        try:
            return "/".join(classes[found[1]])
        except KeyError:
            raise PhraseError(f"“{found.string}”: no words @{found[1]}") from None

    return PhraseBook.of(
        (_WORD_CLASS.sub(words_of_class, phrase), number)
        for number, row in enumerate(rows)
        if (only is None or row.get(only)) and not (without and row.get(without))
        for phrase in row.get(name, ())
    )


def _numbers_by_sentence(
    matches: Sequence[Match[int]], sentences: _Sentences
) -> dict[int, set[int]]:
    numbers: dict[int, set[int]] = {}
    for match in matches:
        numbers.setdefault(sentences.of(match.start), set()).add(match.label)
    return numbers

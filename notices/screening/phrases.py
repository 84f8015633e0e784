"""Finds the phrases of a table in a text.

A phrase is written as a lawyer would list it. `word*` stands for any ending,
`one/other` for either word, `#` for a number in figures, `##` for one below a thousand,
`...` for up to five words between, within one clause. Phrases in Chinese characters are
looked up as they stand, for they have no spaces.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from notices.screening.text import Word, fold, has_han

Label = TypeVar("Label")

GAP = "..."
NUMBER = "#"
SMALL_NUMBER = "##"
_BELOW = 1_000
WIDEST_GAP = 5
_SHORTEST_STEM = 3
# So many first words, and pairs of words, are kept with the phrases they may begin.
_MOST_KEPT = 200_000


class PhraseError(ValueError):
    """A phrase of a table cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a phrase and its words; `gap`: others may lie before it."""

    exact: frozenset[str]
    stems: tuple[str, ...]
    gap: bool

    def accepts(self, form: str) -> bool:
        return (
            form in self.exact
            or (bool(self.stems) and form.startswith(self.stems))
            or (NUMBER in self.exact and form[0].isdigit())
            or (SMALL_NUMBER in self.exact and _is_small(form))
        )


@dataclass(frozen=True, slots=True)
class Phrase(Generic[Label]):
    """A compiled phrase and what it stands for."""

    source: str
    label: Label
    elements: tuple[Element, ...]


class Match(NamedTuple, Generic[Label]):
    """Where a phrase was found: offsets in the text and the numbers of its words."""

    label: Label
    phrase: str
    start: int
    end: int
    words: frozenset[int]
    first: int


def _is_small(form: str) -> bool:
    """Whether `form` is a number below a thousand; 000 is the end of a larger one."""
    return form.isdecimal() and form[0] != "0" and int(form) < _BELOW


def _element(part: str, phrase: str, *, gap: bool) -> Element:
    exact: set[str] = set()
    stems: list[str] = []
    for option in part.split("/"):
        if option in {NUMBER, SMALL_NUMBER}:
            exact.add(option)
            continue
        form = fold(option.rstrip("*"))
        if not form or "*" in form:
            raise PhraseError(f"“{phrase}”: “{part}” is not a word")
        if not option.endswith("*"):
            exact.add(form)
        elif len(form) < _SHORTEST_STEM:
            raise PhraseError(f"“{phrase}”: “{option}” is too short a stem")
        else:
            stems.append(form)
    return Element(frozenset(exact), tuple(stems), gap)


def compile_phrase(phrase: str, label: Label) -> Phrase[Label]:
    """Return `phrase` ready for matching. Raises PhraseError if it cannot be read."""
    elements: list[Element] = []
    gap = False
    for part in phrase.split():
        if part == GAP:
            if not elements:
                raise PhraseError(f"“{phrase}” begins with a gap")
            gap = True
            continue
        elements.append(_element(part, phrase, gap=gap))
        gap = False
    if not elements or gap:
        raise PhraseError(f"“{phrase}” ends with a gap or is empty")
    return Phrase(phrase, label, tuple(elements))


@dataclass(slots=True)
class PhraseBook(Generic[Label]):
    """Many phrases, indexed by their first word."""

    exact: dict[str, list[Phrase[Label]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    stems: dict[str, list[Phrase[Label]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    han: list[tuple[str, Label]] = field(default_factory=list)
    _starting: dict[str, tuple[Phrase[Label], ...]] = field(default_factory=dict)
    # Words that begin no phrase.
    _idle: set[str] = field(default_factory=set)
    _followed: dict[tuple[str, str], tuple[Phrase[Label], ...]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Label]]) -> "PhraseBook[Label]":
        """Build a book from (phrase, label) rows."""
        book = cls()
        for source, label in rows:
            if has_han(source):
                book.han.append((source, label))
                continue
            phrase = compile_phrase(source, label)
            first = phrase.elements[0]
            for word in first.exact:
                book.exact[word].append(phrase)
            for stem in {stem[:_SHORTEST_STEM] for stem in first.stems}:
                book.stems[stem].append(phrase)
        return book

    def _candidates(self, form: str) -> tuple[Phrase[Label], ...]:
        known = self._starting.get(form)
        if known is None:
            found = list(self.exact.get(form, ()))
            if form[0].isdigit():
                found += self.exact.get(NUMBER, ())
            if _is_small(form):
                found += self.exact.get(SMALL_NUMBER, ())
            found += [
                phrase
                for phrase in self.stems.get(form[:_SHORTEST_STEM], ())
                if form.startswith(phrase.elements[0].stems) and phrase not in found
            ]
            known = tuple(found)
            if len(self._starting) < _MOST_KEPT:
                self._starting[form] = known
                if not known:
                    self._idle.add(form)
        return known

    def _possible(self, form: str, following: str) -> tuple[Phrase[Label], ...]:
        """Return the phrases that may begin with `form` before the word `following`."""
        known = self._followed.get((form, following))
        if known is None:
            known = tuple(
                phrase
                for phrase in self._candidates(form)
                if len(phrase.elements) == 1
                or phrase.elements[1].gap
                or (following and phrase.elements[1].accepts(following))
            )
            if len(self._followed) < _MOST_KEPT:
                self._followed[form, following] = known
        return known

    def matches(self, text: str, words: Sequence[Word]) -> list[Match[Label]]:
        """Return every place where a phrase stands in `text`, split into `words`."""
        found: list[Match[Label]] = []
        idle, followed = self._idle, self._followed
        forms = [word.form for word in words]
        live = [at for at, form in enumerate(forms) if form not in idle]
        forms.append("")
        for at in live:
            pair = forms[at], forms[at + 1]
            possible = followed.get(pair)
            if possible is None:
                possible = self._possible(*pair)
            for phrase in possible:
                places = _follow(phrase.elements, words, at)
                if places is not None:
                    found.append(
                        Match(
                            phrase.label,
                            phrase.source,
                            words[at].start,
                            words[places[-1]].end,
                            frozenset(places),
                            at,
                        )
                    )
        if self.han and has_han(text):
            found += self._han_matches(text)
        return found

    def _han_matches(self, text: str) -> list[Match[Label]]:
        # Characters count as words here, numbered away from the real ones.
        return [
            Match(
                label,
                source,
                at,
                at + len(source),
                frozenset(range(-at - len(source), -at)),
                -1,
            )
            for source, label in self.han
            if (at := text.find(source)) >= 0
        ]


def _follow(
    elements: tuple[Element, ...], words: Sequence[Word], at: int
) -> list[int] | None:
    """Return the word numbers that fit `elements` from `at`, or None."""
    places = [at]
    clause = words[at].clause
    for element in elements[1:]:
        begin = places[-1] + 1
        end = begin + (WIDEST_GAP if element.gap else 0) + 1
        if end > len(words):
            end = len(words)
        for number in range(begin, end):
            if element.gap and words[number].clause != clause:
                return None
            if element.accepts(words[number].form):
                places.append(number)
                break
        else:
            return None
    return places

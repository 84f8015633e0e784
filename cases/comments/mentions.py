"""Who is meant by an @ in a text. Pure: people are given as pairs of number and name.

`@Ben Okafor` and `@Ben` name Ben Okafor, if there is one such colleague; upper and
lower case are the same. An address such as `ana@example.org` names nobody.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_AT = re.compile(r"(?<![\w.@])@(?=\w)")
_WORD = re.compile(r"[\w'’\-]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named in a text: the number of the person, and where it stands."""

    person: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is named, in the order of the text, and what names nobody or several."""

    found: tuple[Mention, ...]
    unclear: tuple[str, ...]

    @property
    def people(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(one.person for one in self.found))


def mentions_in(text: str, people: Iterable[tuple[int, str]]) -> Mentions:
    """Find who is named in `text` among `people`."""
    names = sorted(
        ((_folded(name), number) for number, name in people),
        key=lambda pair: -len(pair[0]),
    )
    found: list[Mention] = []
    unclear: list[str] = []
    for at in _AT.finditer(text):
        hits = list(_named(text, at.end(), names))
        if hits:
            longest = max(end for _, end in hits)
            best = {number for number, end in hits if end == longest}
            if len(best) == 1:
                found.append(Mention(best.pop(), at.start(), longest))
                continue
        word = _WORD.match(text, at.end())
        unclear.append(word.group() if word else "")
    return Mentions(tuple(found), tuple(dict.fromkeys(unclear)))


def _named(
    text: str, start: int, names: list[tuple[str, int]]
) -> Iterator[tuple[int, int]]:
    """Yield (person, end) for each name, whole or first, that stands at `start`."""
    for name, number in names:
        for tried in (name, name.split(" ")[0]):
            end = start + len(tried)
            ends_there = not text[end : end + 1].isalnum()
            if tried and ends_there and _folded(text[start:end]) == tried:
                yield number, end


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()

"""Words of a text with their places, folded so that spelling habits do not matter.

Folding lowers case, drops accents and Arabic vowel signs, undoes Turkish dotless i and
look-alike letters of another alphabet. Offsets always point into the text as received,
so that a quote is the very words of the input.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(
    r"[^\W_](?:[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0640\u0670]|['’](?=[^\W_]))*"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARABIC_PREFIX = re.compile(r"^(?:وال|فال|بال|كال|لل|ال)(?=.{3})")
_BREAK = re.compile(r"[;:.!?,\n\r•*|)。；，]|\s[-–—]\s")
_SENTENCE_END = re.compile(r"[.!?;。；]+(?=\s|$)|[\r\n]+")

_PLAIN = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss",
        "æ": "ae", "œ": "oe", "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
        "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None, "’": "'",
    }
)  # fmt: skip
# Letters of Cyrillic that look Latin; used only inside words that mix the two.
_LOOKS_LATIN = str.maketrans("асеорхуіјѕһкмтвн", "aceopxyijshkmtbh")
_LOOKS_CYRILLIC = str.maketrans("aceopxykmtbh", "асеорхукмтвн")

# Nobody writes a charge of this size; the rest of a longer text is not read.
LONGEST_TEXT = 100_000


class Word(NamedTuple):
    """One word: its folded form, its place in the text, and its clause."""

    form: str
    start: int
    end: int
    clause: int


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return the form of `word` that tables are compared with."""
    low = unicodedata.normalize("NFKD", word).casefold().translate(_PLAIN)
    form = "".join(char for char in low if not unicodedata.combining(char))
    if _CYRILLIC.search(form):
        form = unicodedata.normalize("NFC", form)
        if latin := len(_LATIN.findall(form)):
            mostly_latin = latin * 2 >= len(form)
            form = form.translate(_LOOKS_LATIN if mostly_latin else _LOOKS_CYRILLIC)
    elif _ARABIC.search(form):
        form = _ARABIC_PREFIX.sub("", form)
    return form.removesuffix("'s")


def words_of(text: str) -> list[Word]:
    """Return the words of `text` in order."""
    text = text[:LONGEST_TEXT]
    words: list[Word] = []
    clause = 0
    last = 0
    for found in _WORD.finditer(text):
        start, end = found.span()
        # A single space is by far the most common gap and never a break.
        plain = start - last == 1 and text[last] == " "
        if not plain and _BREAK.search(text, last, start):
            clause += 1
        words.append(Word(fold(found.group()), start, end, clause))
        last = end
    return words


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def sentence_ends(text: str) -> list[int]:
    """Return the offsets at which sentences of `text` end, ascending."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return ends


def sentence_around(text: str, start: int, ends: Sequence[int]) -> tuple[int, int]:
    """Return (start, end) of the sentence of `text` that holds offset `start`."""
    begin = 0
    for end in ends:
        if start < end:
            return begin, end
        begin = end
    return begin, len(text)

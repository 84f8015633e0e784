"""Words of a text with their places, folded so that spelling habits do not matter.

Folding lowers case, drops accents and Arabic vowel signs, undoes Turkish dotless i and
look-alike letters of another alphabet, and takes off a number or an elided article that
is written against the word. Offsets always point into the text as received, so that a
quote is the very words of the input.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(
    r"[^\W_](?:[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0640\u0670]|['’](?=[^\W_]))*"
)
# Chinese, Japanese, Korean and Thai: one cannot tell words by the spaces between them.
_HAN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARABIC_PREFIX = re.compile(r"^(?:وال|فال|بال|كال|لل|ال)(?=.{3})")
# “And” is written against the next word; roots with this letter lose it everywhere.
_ARABIC_AND = re.compile(r"^و(?=.{3})")
# “1vol” is the first of a list; “l'etat” and “dell'arma” begin with an article.
_GLUED = re.compile(
    r"^(?:\d{1,2}(?=[a-z]{3})"
    r"|(?:[cdjlmnst]|qu|un|dell|nell|all|sull|dall)'(?=[a-z]{3}))"
)
_BREAK = re.compile(r"[;:.!?,\n\r•*|)。；，]|\s[-–—]\s")
_SENTENCE_END = re.compile(r"[.!?;。；]+(?=\s|$)|[\r\n]+")

_PLAIN = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss",
        "æ": "ae", "œ": "oe", "ə": "e", "ё": "е",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي",
        "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None, "’": "'",
    }
)  # fmt: skip
# Letters of Cyrillic that look Latin; used only inside words that mix the two.
_LOOKS_LATIN = str.maketrans("асеорхуіјѕһкмтвн", "aceopxyijshkmtbh")
_LOOKS_CYRILLIC = str.maketrans("aceopxykmtbh", "асеорхукмтвн")

# So many single letters in a row are one word.
_SPACED_OUT = 4

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
        form = _ARABIC_AND.sub("", _ARABIC_PREFIX.sub("", form))
    else:
        form = _GLUED.sub("", form)
    return form.removesuffix("'s")


def words_of(text: str) -> list[Word]:
    """Return the words of `text` in order."""
    text = text[:LONGEST_TEXT]
    words: list[Word] = []
    add = words.append
    clause = 0
    last = 0
    for found in _WORD.finditer(text):
        start, end = found.span()
        # A single space is by far the most common gap and never a break.
        if (start - last != 1 or text[last] != " ") and _BREAK.search(
            text, last, start
        ):
            clause += 1
        add(Word(fold(found[0]), start, end, clause))
        last = end
    return words


def joined(words: Sequence[Word]) -> list[Word] | None:
    """Return `words` with spaced-out ones (“M U R D E R”) put together, or None."""
    whole: list[Word] = []
    run: list[Word] = []

    def close() -> None:
        if len(run) < _SPACED_OUT:
            whole.extend(run)
        else:
            form = "".join(one.form for one in run)
            whole.append(Word(form, run[0].start, run[-1].end, run[0].clause))
        run.clear()

    for word in words:
        is_letter = len(word.form) == 1 and word.form.isalpha()
        if run and not (is_letter and word.start - run[-1].end == 1):
            close()
        (run if is_letter else whole).append(word)
    close()
    return whole if len(whole) < len(words) else None


def has_han(text: str) -> bool:
    """Whether `text` holds letters of a writing without spaces between words."""
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

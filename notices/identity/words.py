"""A name in any script as comparable words. Pure; over anyascii."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from notices.identity.tables import (
    HONORIFICS,
    LEGAL_FORMS,
    LEGAL_PHRASES,
    NUMBERS,
    ORGANISATION_FILLERS,
    PARTICLES,
)

LONGEST = 400
# Spellings of one sound, as transliterations of one name differ: the longer first.
_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("tch", "c"), ("tsch", "c"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("zh", "j"),
    ("dj", "j"), ("dzh", "j"), ("sh", "s"), ("ch", "c"), ("cz", "c"), ("ts", "c"),
    ("tz", "c"), ("ck", "k"), ("ks", "x"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
    ("iy", "i"), ("yi", "i"), ("ey", "ei"), ("ay", "ai"),
)  # fmt: skip
_LETTERS = str.maketrans("qwyvz", "kviv" + "s")
# A c that is no ch sounds as k, before e and i as s.
_HARD_C = re.compile(r"c(?![eiyhkz])")
_SOFT_C = re.compile(r"c(?=[eiy])")
_FRAME = str.maketrans("pglqzxv", "bjrkssf")
_DOUBLE = re.compile(r"(.)\1+")
_SPLIT_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]+)")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_QUOTES = re.compile(r"['`’ʻʿʾ‘´]")
_VOWELS = re.compile(r"[aeiouyhw]")
# Abd al-Aziz, Abdel Aziz and Abdul Aziz are one name.
_ARTICLES = frozenset(("al", "el", "ul", "ar", "as", "ad", "an", "at", "ash", "az"))
_MARKS = "'`’ʻʿʾ‘´"
_SERVANT = frozenset(("abd", "abdel", "abdal", "abdoul"))
# Arabic writes its article together with the word.
_ARABIC_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{3})")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name."""

    text: str
    # As the name itself writes it.
    own: str
    sound: str
    # Consonants alone: Arabic and Hebrew write no others.
    frame: str
    is_particle: bool
    is_initial: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart."""

    words: tuple[Word, ...]
    honorifics: tuple[str, ...]
    legal_forms: tuple[str, ...]
    # Nothing but particles, titles and initials.
    is_bare: bool
    # First word of the Unicode names of its letters; empty for several scripts.
    script: str

    @property
    def joined(self) -> str:
        return "".join(word.text for word in self.words)


def sound_of(text: str) -> str:
    """Return `text` with one spelling for each sound."""
    text = _SOFT_C.sub("s", _HARD_C.sub("k", text))
    for spelling, sound in _SOUNDS:
        if spelling in text:
            text = text.replace(spelling, sound)
    return _DOUBLE.sub(r"\1", text.translate(_LETTERS))


def taken_apart(text: str, *, organisation: bool = False) -> Name:
    """Return `text` as a comparable name; without any word where it has no letter."""
    return _taken_apart(text[:LONGEST], organisation=organisation)


@lru_cache(maxsize=4096)
def _taken_apart(text: str, *, organisation: bool) -> Name:
    text = unicodedata.normalize("NFKC", text)
    scripts = {_script(letter) for letter in text if letter.isalpha()}
    script = scripts.pop() if len(scripts) == 1 else ""
    if organisation:
        return _organisation(text, script)
    return _person(text, script)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


@lru_cache(maxsize=4096)
def _or_space(letter: str) -> str:
    """Return `letter` if it may stand in a word: also marks, as Indic vowels are."""
    return (
        letter if unicodedata.category(letter)[0] in "LMN" or letter in _MARKS else " "
    )


def _person(text: str, script: str) -> Name:
    pairs = _spelled(text, script)
    honorifics = tuple(latin for latin, _ in pairs if latin in HONORIFICS)
    kept = [pair for pair in pairs if pair[0] not in HONORIFICS]
    # A name of nothing but such words: somebody is called Van San.
    is_bare = not any(len(latin) > 1 and latin not in PARTICLES for latin, _ in kept)
    if is_bare:
        honorifics, kept = (), pairs
    return Name(
        words=tuple(
            _word(latin, own, is_particle=latin in PARTICLES and not is_bare)
            for latin, own in kept
        ),
        honorifics=honorifics,
        legal_forms=(),
        is_bare=is_bare,
        script=script,
    )


def _spelled(text: str, script: str) -> list[tuple[str, str]]:
    """Return the words as (Latin letters, as written), initials one by one."""
    shouted = text.isupper()
    found: list[tuple[str, str]] = []
    if script == "ARABIC":
        text = _ARABIC_ARTICLE.sub("", text)
    for part in "".join(map(_or_space, text)).split():
        own = _QUOTES.sub("", part)
        latin = _QUOTES.sub("", anyascii(part))
        pieces = [latin] if script == "CJK" else _SPLIT_CAMEL.split(latin)
        if len(latin) in (2, 3) and latin.isupper() and not shouted:
            pieces = list(latin) if not set(latin) & set("AEIOUY") else [latin]
        for piece in pieces:
            word = _NOT_WORD.sub("", piece.lower())
            if found and found[-1][0] == "abdul" and word in _ARTICLES:
                continue
            if word in _SERVANT:
                word = "abdul"
            if word:
                found.append((word, own.casefold() if len(pieces) == 1 else word))
    return found


def _word(latin: str, own: str, *, is_particle: bool = False) -> Word:
    sound = sound_of(latin)
    return Word(
        text=latin,
        own=own,
        sound=sound,
        frame=_frame(latin),
        is_particle=is_particle,
        is_initial=len(latin) == 1,
    )


def _frame(latin: str) -> str:
    """Return the consonants of `latin`, those that other scripts confound as one."""
    plain = _SOFT_C.sub("s", _HARD_C.sub("k", latin.replace("ck", "k")))
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", plain).translate(_FRAME))


def _organisation(text: str, script: str) -> Name:
    latin = anyascii(text).lower().replace("&", " and ")
    latin = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", _QUOTES.sub("", latin))
    latin = " ".join(_NOT_WORD.sub(" ", latin).split())
    for phrase, short in LEGAL_PHRASES:
        latin = latin.replace(phrase, short)
    words, forms = [], []
    for word in latin.split():
        if word in LEGAL_FORMS:
            forms.append(LEGAL_FORMS[word])
        elif word not in ORGANISATION_FILLERS:
            words.append(NUMBERS.get(word, word))
    if not words:
        words, forms = latin.split(), []
    return Name(
        words=tuple(_word(word, word) for word in words),
        honorifics=(),
        legal_forms=tuple(forms),
        is_bare=False,
        script=script,
    )

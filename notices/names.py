"""The names of a person: what lists show, what a search reads, which script it is."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anyascii import anyascii

from notices.choices import NameKind, NameSource
from notices.identity.keys import keys_of

# First word of a character's Unicode name -> ISO 15924 code of its script.
_SCRIPTS = {
    "LATIN": "Latn",
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "HANGUL": "Kore",
    "HEBREW": "Hebr",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "KHMER": "Khmr",
    "LAO": "Laoo",
    "MONGOLIAN": "Mong",
    "MYANMAR": "Mymr",
    "SINHALA": "Sinh",
    "SYRIAC": "Syrc",
    "TAMIL": "Taml",
    "THAANA": "Thaa",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
}


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name as a row of `PersonName`."""

    kind: str
    source: str
    family_name: str | None
    forename: str | None
    script: str
    name_key: str
    frames: list[str]


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the first letter; `Zyyy` where there is none."""
    for letter in text:
        if letter.isalpha():
            word = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
            return _SCRIPTS.get(word, "Zyyy")
    return "Zyyy"


def display_name(values: Mapping[str, Any]) -> str:
    """Return `FAMILY Forename` as the notice writes it; empty where it has no name."""
    parts = (values.get("family_name"), values.get("forename"))
    return " ".join(part for part in parts if part)[:400]


def latin(names: Iterable[str]) -> str:
    """Return `names` in lower-case Latin letters as a search compares them.

    Soft signs, which become apostrophes, are left out: passports do so too.
    """
    plain = " ".join(anyascii(name).lower() for name in names if name)
    return plain.replace("'", "").replace("`", "")[:800]


def search_name(aliases: Iterable[str], values: Mapping[str, Any]) -> str:
    """Return what a search for the person reads: the name and the aliases."""
    return latin([display_name(values), *aliases])


def names_of(aliases: Iterable[str], values: Mapping[str, Any]) -> list[NameRow]:
    """Return the names that a feed gives, each once."""
    family, given = values.get("family_name"), values.get("forename")
    rows = []
    if family or given:
        rows.append(_row(NameKind.MAIN, family, given))
    rows += [_row(NameKind.ALIAS, alias, None) for alias in dict.fromkeys(aliases)]
    return rows


def _row(kind: NameKind, family: str | None, given: str | None) -> NameRow:
    keys = keys_of(family, given)
    return NameRow(
        kind.value,
        NameSource.FEED.value,
        family,
        given,
        script_of(f"{family or ''}{given or ''}"),
        keys.sounds,
        list(keys.frames),
    )

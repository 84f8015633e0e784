"""Which language a text is in: good enough to tag it, without the network."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notices.screening.text import Word, fold

_SCRIPTS = (
    # A text in kana or hangul may hold Chinese characters too, so these come first.
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
# An article written against the next word: “l'arme”, “d'armi”.
_ELIDED = re.compile(r"\b[dlDL]['’](?=[^\W\d_]{3})")
_LATIN = re.compile(r"[a-zA-Z]")
_HINT = 2
_LETTER_HINT = 3


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """Words and letters that give a language away."""

    stopwords: Mapping[str, frozenset[str]]
    letters: Mapping[str, str]
    scripts: Mapping[str, str]
    # What a text is taken for when languages are too alike to tell.
    prefer: tuple[str, ...]
    # Words that are no slips of the pen, near as they are to one of an offence.
    ordinary: frozenset[str]
    # Languages whose misspelt words are read.
    mended: frozenset[str]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "LanguageTable":
        words: dict[str, set[str]] = {}
        for language, listed in table["stopwords"].items():
            for word in listed:
                words.setdefault(fold(word), set()).add(language)
        return cls(
            {word: frozenset(languages) for word, languages in words.items()},
            table["letters"],
            table["scripts"],
            tuple(table["prefer"]),
            frozenset(fold(word) for word in table["ordinary"]),
            frozenset(table["mended"]),
        )


def language_of(
    text: str,
    words: Sequence[Word],
    table: LanguageTable,
    hints: Mapping[str, int] | None = None,
) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or None when it cannot be
    told.

    `hints` counts the phrases of offence tables found in the text, by their language.
    """
    script = _script_of(text)
    if script is None:
        return None
    if script != "latin":
        return _within(text, script, table)
    votes: dict[str, int] = defaultdict(int)
    stopwords = table.stopwords
    for word in words:
        if word.form in stopwords:
            for language in stopwords[word.form]:
                votes[language] += 1
    for language, count in (hints or {}).items():
        votes[language] += _HINT * count
    if ("'" in text or "’" in text) and _ELIDED.search(text):
        votes["fr"] += 1
        votes["it"] += 1
    if not text.isascii():
        for language, letters in table.letters.items():
            if any(letter in text for letter in letters):
                votes[language] += _LETTER_HINT
    if not votes:
        return None
    most = max(votes.values())
    best = [language for language, count in votes.items() if count == most]
    if len(best) == 1:
        return best[0]
    return next((one for one in table.prefer if one in best), None)


def _script_of(text: str) -> str | None:
    if text.isascii():
        return "latin" if _LATIN.search(text) else None
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    counts["latin"] = len(_LATIN.findall(text))
    # A Chinese character is worth a word, a letter a part of one.
    for name in ("ja", "ko", "zh"):
        counts[name] *= 3
    if counts["ja"]:
        counts["ja"] += counts["zh"]
    name = max(counts, key=lambda key: counts[key])
    return name if counts[name] else None


def _within(text: str, script: str, table: LanguageTable) -> str:
    family = {"ru": ("uk", "sr", "ru"), "ar": ("ur", "fa")}.get(script, ())
    low = text.lower()
    for language in family:
        if any(letter in low for letter in table.scripts.get(language, "")):
            return language
    return script

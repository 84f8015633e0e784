"""Which letters the fonts of an export can show, and what happens to the rest.

PDF/A refuses a document with one letter that no font has, so every text is looked at
first. A letter that cannot be shown becomes U+FFFD where it stood and is reported; an
invisible control that could reorder or hide text is taken out and reported as well.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONT_FOLDER = Path(__file__).parent / "fonts"
# The order in which a letter looks for its font. The first four have the letters that
# several fonts share, so a sentence keeps one look.
FAMILIES = {
    "Noto Sans": "NotoSans",
    "Vazirmatn": "Vazirmatn",
    "Noto Sans Hebrew": "NotoSansHebrew",
    "Noto Sans Armenian": "NotoSansArmenian",
    "Noto Sans Georgian": "NotoSansGeorgian",
    "Noto Sans Devanagari": "NotoSansDevanagari",
    "Noto Sans Thai": "NotoSansThai",
    "Noto Sans Khmer": "NotoSansKhmer",
    "Noto Sans Lao": "NotoSansLao",
    "Noto Sans SC": "NotoSansSC",
}
LOST = "\ufffd"
_BREAKS = {ord(letter): "\n" for letter in ("\x0b", "\x0c", "\x85", "\u2028", "\u2029")}
# Embeddings, overrides and isolates reorder what the reader sees; a byte order mark in
# the middle of a text breaks words for a search.
_UNWANTED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Lost:
    """Letters of one text that an export cannot show."""

    letters: tuple[str, ...]
    count: int

    @property
    def in_words(self) -> str:
        """The letters by code point and Unicode name."""
        return ", ".join(
            f"U+{ord(letter):04X} {unicodedata.name(letter, 'control character')}"
            for letter in self.letters
        )


@cache
def font_letters() -> tuple[frozenset[int], ...]:
    """The code points of each font family, in the order of `FAMILIES`."""
    return tuple(
        frozenset(TTFont(FONT_FOLDER / f"{stem}-Regular.ttf", lazy=True).getBestCmap())
        for stem in FAMILIES.values()
    )


def printable(text: str) -> tuple[str, Lost | None]:
    """Return `text` as the fonts can show it, and what was lost if anything was.

    A letter and the marks on it must come from one font, as they are shaped together.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    text = text.replace("\t", " ")
    if _in_one_font(text.replace("\n", "")):
        return text, None
    kept: list[str] = []
    lost: list[str] = []
    for cluster in _clusters(text):
        shown, gone = _show(cluster)
        kept.append(shown)
        lost.extend(gone)
    if not lost:
        return "".join(kept), None
    return "".join(kept), Lost(tuple(dict.fromkeys(lost)), len(lost))


def runs_right_to_left(text: str) -> bool:
    """True if the first letter with a direction is a right-to-left one."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in _RIGHT_TO_LEFT:
            return True
        if direction == "L":
            return False
    return False


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _joins(text[at]):
            if at > start:
                yield text[start:at]
            start = at


def _joins(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M" or letter in "\u200c\u200d"


def _show(cluster: str) -> tuple[str, list[str]]:
    if cluster == "\n" or _in_one_font(cluster):
        return cluster, []
    shown, lost = "", []
    for letter in cluster:
        if letter == "\n" or _in_one_font(shown.rpartition("\n")[2] + letter):
            shown += letter
            continue
        lost.append(letter)
        # An invisible mark is taken out; a letter leaves a visible gap.
        if unicodedata.category(letter) not in {"Cf", "Mn", "Me"} and not shown:
            shown = LOST
    return shown, lost


def _in_one_font(cluster: str) -> bool:
    if not _UNWANTED.isdisjoint(cluster) or _holds_control(cluster):
        return False
    points = {ord(letter) for letter in cluster}
    return any(points <= letters for letters in font_letters())


def _holds_control(cluster: str) -> bool:
    return any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in cluster)

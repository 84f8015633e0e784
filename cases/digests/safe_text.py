"""Makes text from outside fit for a mail: no control characters, no direction tricks.

A charge may hold line breaks that would fake a heading, or characters that turn the
reading direction of everything after them (Unicode UAX 9) or show nothing at all.
"""

import re
import unicodedata

# Marks, embeddings, overrides and isolates of direction. The joiners U+200C and U+200D
# stay: Persian and Indic spelling needs them.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_UNWANTED = re.compile(f"[{_DIRECTION}{_INVISIBLE}]")


def one_line(text: str, *, limit: int = 280) -> str:
    """Return `text` as one clean line of at most `limit` characters.

    Control characters, line and paragraph separators become spaces; lone surrogates,
    which no mail can carry, become U+FFFD. A cut is marked with an ellipsis. A text
    with letters that run from right to left is put between U+2068 and U+2069, so that
    it leaves the order of an English sentence around it alone.
    """
    visible = _UNWANTED.sub("", text)
    plain = "".join(map(_plain, visible))
    line = " ".join(plain.split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    runs_left = any(unicodedata.bidirectional(char) in ("R", "AL") for char in line)
    return f"\u2068{line}\u2069" if runs_left else line


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "\ufffd" if category == "Cs" else char

"""Which words differ between two texts, for reading. Pure."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond this many words, or with so little in common, marks would only confuse.
MOST_WORDS = 5_000
LEAST_COMMON = 0.3

Part = tuple[str, bool]


def word_parts(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Return both texts in parts, each with whether the other text lacks it.

    The parts of a side make up its text again. Texts that have little in common come
    back whole and unmarked: then all of it differs, which a page says in words.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    too_long = max(len(old), len(new)) > MOST_WORDS
    if too_long or Indel.normalized_similarity(old, new) < LEAST_COMMON:
        return _whole(before), _whole(after)
    left: list[Part] = []
    right: list[Part] = []
    for step in Indel.opcodes(old, new):
        same = step.tag == "equal"
        _add(left, old[step.src_start : step.src_end], differs=not same)
        _add(right, new[step.dest_start : step.dest_end], differs=not same)
    return left, right


def _whole(text: str) -> list[Part]:
    return [(text, False)] if text else []


def _add(side: list[Part], words: Sequence[str], *, differs: bool) -> None:
    """Put words behind what stands there, as one part where they are alike."""
    text = "".join(words)
    if not text:
        return
    # A space alone between two changed words belongs to them.
    if side and side[-1][1] == differs:
        side[-1] = (side[-1][0] + text, differs)
    else:
        side.append((text, differs))

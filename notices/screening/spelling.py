"""Reads misspelt words: feeds hold “muder” and “homicio”.

Used only where a text holds no phrase as listed, so that a slip of the pen does not
leave a plain charge unclassified. One slip in a word of five letters or more is
forgiven.
"""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from notices.screening.phrases import Label, PhraseBook
from notices.screening.text import Word

_SHORTEST = 5


def repaired(
    words: Sequence[Word],
    vocabulary: Sequence[str],
    *,
    ordinary: frozenset[str] = frozenset(),
    limit: int = 40,
) -> list[Word] | None:
    """Return `words` with misspelt ones put right, or None when none could be.

    Words in `ordinary` are no slips, near as they are to one of `vocabulary`. Only the
    first `limit` words are tried; offsets stay those of the text as received.
    """
    mended = list(words)
    changed = False
    known = ordinary.union(vocabulary)
    for at, word in enumerate(words[:limit]):
        if len(word.form) < _SHORTEST or word.form in known:
            continue
        right = _nearest(word.form, vocabulary)
        if right is not None:
            mended[at] = Word(right, word.start, word.end, word.clause)
            changed = True
    return mended if changed else None


def _nearest(form: str, vocabulary: Sequence[str]) -> str | None:
    """Return the one word of `vocabulary` that `form` begins with but for one slip."""
    for right in vocabulary:
        if abs(len(right) - len(form)) > 1 and len(right) > len(form):
            continue
        if form[0] != right[0]:
            continue
        for cut in (len(right), len(right) - 1, len(right) + 1):
            if OSA.distance(form[:cut], right, score_cutoff=1) <= 1:
                return right
    return None


def vocabulary_of(books: Iterable[PhraseBook[Label]]) -> tuple[str, ...]:
    """Return the words of the phrases of `books` that are long enough to be mended."""
    words: set[str] = set()
    for book in books:
        for phrases in (*book.exact.values(), *book.stems.values()):
            for phrase in phrases:
                for element in phrase.elements:
                    words.update(element.exact, element.stems)
    return tuple(sorted(word for word in words if len(word) > _SHORTEST))

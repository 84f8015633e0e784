"""Two names as one human reads them: the words that agree, differ or are missing.

Measured on public pairs of names (`measures`); each number below says one thing and was
set by what it says, not fitted one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rapidfuzz.distance import OSA

from notices.identity.tables import DESCENT, FORMS, HALF_NAMES
from notices.identity.words import Name, Word, taken_apart

# From this score on two names may be one person's.
SAME = 0.83
# One wrong letter in four is still the same word.
SAME_WORD = 0.75
# A word against another tells more than two words that agree.
CONFLICT = 1.5
# A word that only one of them has: a patronymic or a second surname left out.
EXTRA = 0.15
# The one word they share may belong to anybody.
ONE_WORD_SHARED = 0.8
# "A son of B" is not "B son of A".
TURNED_ROUND = 0.7
PARTICLE_WEIGHT = 0.2
HALF_NAME_WEIGHT = 0.6
INITIAL_WEIGHT = 0.3
KNOWN_FORM = 0.95
SAME_SOUND = 0.97
SAME_FRAME = 0.9
# Scripts that leave out vowels or write foreign names by syllables.
_OTHERWISE_WRITTEN = frozenset(("ARABIC", "HEBREW", "SYRIAC", "CJK"))
# In these one other letter is another word, whatever its transliteration says.
_BY_ITS_OWN_LETTERS = frozenset(("ARABIC", "CJK"))


class Tie(StrEnum):
    """How two words hang together."""

    EQUAL = "equal"
    SPELLING = "another spelling"
    FORM = "a form of the same name"
    SOUND = "sounds alike"
    INITIAL = "initial"
    LETTERS = "a letter or two differ"
    JOINED = "written together or apart"


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of both names that belong together."""

    left: str
    right: str
    likeness: float
    tie: Tie


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison of two names found."""

    score: float
    pairs: tuple[Pair, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.score >= SAME

    @property
    def reasons(self) -> list[str]:
        """What agrees, what differs and what is missing, in words."""
        told = [_told(pair) for pair in self.pairs]
        if self.only_left and self.only_right:
            told.append(f"{_listed(self.only_left)} against {_listed(self.only_right)}")
        elif self.only_left or self.only_right:
            which, words = (
                ("first", self.only_left)
                if self.only_left
                else ("second", self.only_right)
            )
            told.append(f"only the {which} name has {_listed(words)}")
        return [*told, *self.remarks]


def compare(left: str, right: str, *, organisation: bool = False) -> Comparison:
    """Compare two names in any script; the score is 0 to 1 and the same both ways."""
    return compare_names(
        taken_apart(left, organisation=organisation),
        taken_apart(right, organisation=organisation),
    )


def compare_names(left: Name, right: Name) -> Comparison:
    """Compare two names that are taken apart already."""
    if not left.words or not right.words:
        return Comparison(0.0, (), (), (), ("a name has no letters",))
    return _Alignment(left, right).judged()


class _Alignment:
    """The words of two names put side by side, the most alike first."""

    def __init__(self, left: Name, right: Name) -> None:
        self.left, self.right = left, right
        self.pairs: list[Pair] = []
        self.places: list[tuple[int, int]] = []
        self.agreed = self.weight = 0.0
        self.whole_words = 0
        self.rest_left = list(range(len(left.words)))
        self.rest_right = list(range(len(right.words)))

    def judged(self) -> Comparison:
        self._align()
        self._join_the_rest()
        self._leave_out_repeats()
        one = _weight_of(self.left, self.rest_left)
        other = _weight_of(self.right, self.rest_right)
        conflict, extra = min(one, other), abs(one - other)
        score, remarks = 0.0, []
        if self.whole_words:
            score = self.agreed / (self.weight + CONFLICT * conflict + EXTRA * extra)
            if self.whole_words == 1 and extra >= HALF_NAME_WEIGHT:
                score *= ONE_WORD_SHARED
                remarks.append("they share one word only")
            if self._is_turned_round():
                score *= TURNED_ROUND
                remarks.append("who descends from whom is turned round")
        score, more = _by_kind_of_body(self.left, self.right, score)
        return Comparison(
            score=round(score, 4),
            pairs=tuple(self.pairs),
            only_left=_texts(self.left, self.rest_left),
            only_right=_texts(self.right, self.rest_right),
            remarks=(*remarks, *more, *_titles(self.left, self.right)),
        )

    def _align(self) -> None:
        found = []
        for i, one in enumerate(self.left.words):
            for j, other in enumerate(self.right.words):
                likeness, tie = likeness_of(
                    one, other, self.left.script, self.right.script
                )
                if likeness >= SAME_WORD:
                    found.append((-likeness, abs(i - j), i, j, tie))
        for less, _, i, j, tie in sorted(found):
            if i in self.rest_left and j in self.rest_right:
                self._pair(i, j, -less, tie)

    def _pair(self, i: int, j: int, likeness: float, tie: Tie) -> None:
        one, other = self.left.words[i], self.right.words[j]
        self.rest_left.remove(i)
        self.rest_right.remove(j)
        weight = (
            INITIAL_WEIGHT
            if tie is Tie.INITIAL
            else (_weight(one) + _weight(other)) / 2
        )
        self.weight += weight
        self.agreed += weight * likeness
        if one.is_particle or one.text.isdigit():
            return
        if not one.is_initial and not other.is_initial:
            self.whole_words += 1
        self.places.append((i, j))
        self.pairs.append(Pair(one.own, other.own, likeness, tie))

    def _join_the_rest(self) -> None:
        """What is left may be one word, written together here and apart there."""
        one, other = self.rest_left, self.rest_right
        if not one or not other or len(one) == len(other) == 1:
            return
        left = "".join(self.left.words[i].text for i in one)
        right = "".join(self.right.words[j].text for j in other)
        likeness = OSA.normalized_similarity(left, right)
        if likeness < SAME:
            return
        weight = (_weight_of(self.left, one) + _weight_of(self.right, other)) / 2
        self.weight += weight
        self.agreed += weight * likeness
        self.whole_words += 2
        self.pairs.append(
            Pair(
                " ".join(_texts(self.left, one)),
                " ".join(_texts(self.right, other)),
                likeness,
                Tie.JOINED,
            )
        )
        self.rest_left, self.rest_right = [], []

    def _leave_out_repeats(self) -> None:
        """A word written twice says no more than once."""
        for name, rest in (
            (self.left, self.rest_left),
            (self.right, self.rest_right),
        ):
            used = {w.text for i, w in enumerate(name.words) if i not in rest}
            rest[:] = [i for i in rest if name.words[i].text not in used]

    def _is_turned_round(self) -> bool:
        if not all(
            any(word.text in DESCENT for word in name.words)
            for name in (self.left, self.right)
        ):
            return False
        return any(a[1] > b[1] for a, b in pairwise(sorted(self.places)))


def likeness_of(
    one: Word, other: Word, script: str, other_script: str
) -> tuple[float, Tie]:
    """Return how much two words are alike, 0 to 1, and by what."""
    if one.is_particle != other.is_particle:
        return 0.0, Tie.LETTERS
    if one.is_initial or other.is_initial:
        if one.text[0] != other.text[0]:
            return 0.0, Tie.INITIAL
        return (1.0, Tie.EQUAL) if one.text == other.text else (0.9, Tie.INITIAL)
    if script == other_script and script in _BY_ITS_OWN_LETTERS:
        likeness = OSA.normalized_similarity(one.own, other.own)
        return likeness, Tie.EQUAL if likeness == 1 else Tie.LETTERS
    if one.text == other.text:
        return 1.0, Tie.EQUAL if one.own == other.own else Tie.SPELLING
    if one.text in FORMS and FORMS[one.text] == FORMS.get(other.text):
        return KNOWN_FORM, Tie.FORM
    if one.sound == other.sound:
        return SAME_SOUND, Tie.SOUND
    likeness = OSA.normalized_similarity(one.text, other.text)
    if (script in _OTHERWISE_WRITTEN) != (other_script in _OTHERWISE_WRITTEN):
        if len(one.frame) > 1 and len(other.frame) > 1:
            frame = SAME_FRAME * OSA.normalized_similarity(one.frame, other.frame)
            if frame > likeness:
                return frame, Tie.SOUND
        return likeness, Tie.LETTERS
    sound = SAME_SOUND * OSA.normalized_similarity(one.sound, other.sound)
    return max(likeness, sound), Tie.LETTERS


def _weight(word: Word) -> float:
    if word.text in HALF_NAMES:
        return HALF_NAME_WEIGHT
    if word.is_particle:
        return PARTICLE_WEIGHT
    return INITIAL_WEIGHT if word.is_initial else 1.0


def _weight_of(name: Name, places: Sequence[int]) -> float:
    return sum(_weight(name.words[i]) for i in places)


def _texts(name: Name, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(name.words[i].own for i in places)


def _by_kind_of_body(left: Name, right: Name, score: float) -> tuple[float, list[str]]:
    """A company of another legal form may be another company of the same group."""
    one, other = set(left.legal_forms), set(right.legal_forms)
    if not one or not other or one & other:
        return score, []
    return score * SAME_WORD, ["the legal form differs"]


def _titles(left: Name, right: Name) -> list[str]:
    titles = dict.fromkeys((*left.honorifics, *right.honorifics))
    return [f"{_listed(titles)} read as a title"] if titles else []


def _listed(words: Sequence[str] | dict[str, None]) -> str:
    return " ".join(words)


def _told(pair: Pair) -> str:
    if pair.tie is Tie.EQUAL:
        return f"{pair.left} agrees"
    return f"{pair.left} ~ {pair.right}: {pair.tie}"

"""How well the comparison tells people apart, on pairs that somebody labelled.

The threshold of each method is chosen on one half of the pairs and tried on the other
(even and odd rows), the same for every method. Pure.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from anyascii import anyascii
from rapidfuzz import fuzz

from notices.identity.compare import compare
from notices.identity.pairs import NamePair

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a method said of each pair, with the threshold of the other half."""

    said: tuple[bool, ...]
    thresholds: tuple[float, float]


def report(pairs: Sequence[NamePair], *, seed: int = 13) -> dict[str, object]:
    """Return F1 of ours and of token set, and the interval of their difference.

    Only pairs that bear a label count. Raises ValueError for fewer than ten.
    """
    labelled = [pair for pair in pairs if pair.is_match is not None]
    if len(labelled) < 10:
        raise ValueError("Fewer than ten pairs say whether they match.")
    truth = [bool(pair.is_match) for pair in labelled]
    ours = cross_validated([_ours(pair) for pair in labelled], truth)
    peer = cross_validated([_token_set(pair) for pair in labelled], truth)
    low, high = interval_of_difference(ours.said, peer.said, truth, seed=seed)
    return {
        "n": len(labelled),
        "matches": sum(truth),
        "f1": round(f1(ours.said, truth), 4),
        "f1_token_set": round(f1(peer.said, truth), 4),
        "difference": [round(low, 4), round(high, 4)],
        "thresholds": list(ours.thresholds),
    }


def f1(said: Sequence[bool], truth: Sequence[bool]) -> float:
    """Return the harmonic mean of precision and recall; 0 where nothing was found."""
    found = sum(map(lambda a, b: a and b, said, truth))
    return 2 * found / (sum(said) + sum(truth)) if found else 0.0


def cross_validated(scores: Sequence[float], truth: Sequence[bool]) -> Verdicts:
    """Judge each half of the pairs by the threshold that was best on the other."""
    said = [False] * len(scores)
    thresholds = []
    for half in (0, 1):
        threshold = _best(scores[half::2], truth[half::2])
        thresholds.append(threshold)
        for place in range(1 - half, len(scores), 2):
            said[place] = scores[place] >= threshold
    return Verdicts(tuple(said), (thresholds[0], thresholds[1]))


def interval_of_difference(
    ours: Sequence[bool], peer: Sequence[bool], truth: Sequence[bool], *, seed: int
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of our F1 minus the peer's."""
    draw = random.Random(seed)  # noqa: S311 - resampling, no secret
    places = range(len(truth))
    differences = []
    for _ in range(ROUNDS):
        drawn = draw.choices(places, k=len(truth))
        labels = [truth[i] for i in drawn]
        differences.append(
            f1([ours[i] for i in drawn], labels) - f1([peer[i] for i in drawn], labels)
        )
    differences.sort()
    return differences[int(0.025 * ROUNDS)], differences[int(0.975 * ROUNDS) - 1]


def _best(scores: Sequence[float], truth: Sequence[bool]) -> float:
    def gain(threshold: float) -> tuple[float, float]:
        return f1([score >= threshold for score in scores], truth), -threshold

    return max(set(scores), key=gain)


def _ours(pair: NamePair) -> float:
    return compare(pair.left, pair.right, organisation=pair.is_organisation).score


def _token_set(pair: NamePair) -> float:
    return fuzz.token_set_ratio(
        anyascii(pair.left).lower(), anyascii(pair.right).lower()
    )

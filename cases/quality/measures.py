"""Shares with their intervals, and agreement between readers. Pure."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# Of the normal distribution, for 95 %.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with the 95 % interval by Wilson (1927); None for no cases."""

    part: int
    whole: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        """As people read it: "12 of 30, 40 % (25 to 58)"."""
        if self.value is None or self.low is None or self.high is None:
            return "none yet"
        low, high = round(self.low * 100), round(self.high * 100)
        share = round(self.value * 100)
        return f"{self.part} of {self.whole}, {share} % ({low} to {high})"


def share(part: int, whole: int) -> Share:
    """Return the share and its interval. `part` counts among `whole`.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927).
    """
    if not 0 <= part <= whole:
        raise ValueError("The part counts among the whole.")
    if whole == 0:
        return Share(0, 0, None, None, None)
    value, z2 = part / whole, _Z * _Z
    middle = (value + z2 / (2 * whole)) / (1 + z2 / whole)
    spread = (
        _Z
        * math.sqrt(value * (1 - value) / whole + z2 / (4 * whole * whole))
        / (1 + z2 / whole)
    )
    # At 0 and 1 the interval ends at the share itself, which floats may miss.
    low, high = min(value, middle - spread), max(value, middle + spread)
    return Share(part, whole, value, max(0.0, low), min(1.0, high))


def kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of pairs of readings of the same thing.

    1 is full agreement, 0 what chance would give. None where chance alone gives full
    agreement or there are no pairs. J. Cohen, A coefficient of agreement for nominal
    scales, Educational and Psychological Measurement 20 (1960).
    """
    read = list(pairs)
    if not read:
        return None
    n = len(read)
    agreed = sum(one == other for one, other in read) / n
    first, second = Counter(one for one, _ in read), Counter(other for _, other in read)
    chance = sum(first[name] * second[name] for name in first) / (n * n)
    return None if chance == 1 else (agreed - chance) / (1 - chance)


# Fewer pairs than this say nothing (`design/screens.md`, Quality).
ENOUGH_PAIRS = 20


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two readers agree beyond chance over `n` pairs, with the 95 % interval.

    `value` is None with too few pairs, or where chance alone gives full agreement.
    """

    n: int
    same: int
    value: float | None
    low: float | None
    high: float | None


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Return Cohen's kappa of pairs of readings with its interval.

    The variance is that of J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample
    standard errors of kappa and weighted kappa, Psychological Bulletin 72 (1969).
    """
    read = list(pairs)
    n, same = len(read), sum(one == other for one, other in read)
    value = kappa(read) if n >= ENOUGH_PAIRS else None
    if value is None:
        return Agreement(n, same, None, None, None)
    cells, rows, columns = (
        Counter(read),
        Counter(one for one, _ in read),
        Counter(other for _, other in read),
    )
    chance = sum(rows[name] * columns[name] for name in rows) / (n * n)
    apart = 1 - value
    spread = 0.0
    for (one, other), number in cells.items():
        if one == other:
            spread += number / n * (1 - (rows[one] + columns[one]) / n * apart) ** 2
        else:
            spread += number / n * (apart * (columns[one] + rows[other]) / n) ** 2
    variance = (spread - (value - chance * apart) ** 2) / (n * (1 - chance) ** 2)
    reach = _Z * math.sqrt(max(0.0, variance))
    return Agreement(n, same, value, max(-1.0, value - reach), min(1.0, value + reach))

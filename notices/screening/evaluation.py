"""How often the screening is right, on cases whose answer is known. Pure.

`concern` is judged as an order (area under the curve), the bands as a decision. A case
that comes out `insufficient` is an abstention: it counts as not found, never as wrong.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ABUSIVE = "abusive"
FLAGGED = frozenset({"some", "strong"})
_SEED = 20261124
_RESAMPLES = 1_000
_PRECISION = 0.85


@dataclass(frozen=True, slots=True)
class Judged:
    """One case: what the screening said and what the answer is."""

    id: str
    concern: float
    band: str
    is_abusive: bool
    is_hard: bool = False
    country: str | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the cases: how many, how many abusive, how many the bands flagged."""

    n: int
    abusive: int
    flagged: int
    found: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures; None where the cases do not allow one, such as a single label."""

    n: int
    auc: float | None
    auc_ci: tuple[float, float] | None
    auc_hard: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    abstained: int
    recall_at_precision_85: float | None
    by_country: dict[str, Group]
    by_ground: dict[str, Group]


def evaluate(cases: Sequence[Judged]) -> Evaluation:
    """Return the measures for `cases`. The interval is a seeded bootstrap of 95 %."""
    flagged = [one for one in cases if one.band in FLAGGED]
    found = sum(one.is_abusive for one in flagged)
    abusive = sum(one.is_abusive for one in cases)
    precision = found / len(flagged) if flagged else None
    recall = found / abusive if abusive else None
    both = (precision or 0) + (recall or 0)
    return Evaluation(
        n=len(cases),
        auc=area(cases),
        auc_ci=interval(cases),
        auc_hard=area([one for one in cases if one.is_hard]),
        precision=_rounded(precision),
        recall=_rounded(recall),
        f1=_rounded(2 * (precision or 0) * (recall or 0) / both if both else None),
        abstained=sum(one.band == "insufficient" for one in cases),
        recall_at_precision_85=recall_at(cases, _PRECISION),
        by_country=_groups(cases, lambda one: one.country or "not stated"),
        by_ground=_groups(
            [one for one in cases if one.is_abusive],
            lambda one: one.ground or "not stated",
        ),
    )


def area(cases: Iterable[Judged]) -> float | None:
    """Return how often an abusive case ranks above another one; ties count half."""
    cases = list(cases)
    up = [one.concern for one in cases if one.is_abusive]
    down = [one.concern for one in cases if not one.is_abusive]
    if not up or not down:
        return None
    won = sum((high > low) + 0.5 * (high == low) for high in up for low in down)
    return _rounded(won / (len(up) * len(down)))


def interval(cases: Sequence[Judged]) -> tuple[float, float] | None:
    """Return the 95 % interval of the area, from resamples within each label."""
    up = [one for one in cases if one.is_abusive]
    down = [one for one in cases if not one.is_abusive]
    if not up or not down:
        return None
    dice = random.Random(_SEED)  # noqa: S311 - a statistic, not a secret
    areas = sorted(
        area([*dice.choices(up, k=len(up)), *dice.choices(down, k=len(down))]) or 0.0
        for _ in range(_RESAMPLES)
    )
    return areas[int(0.025 * _RESAMPLES)], areas[int(0.975 * _RESAMPLES) - 1]


def recall_at(cases: Sequence[Judged], precision: float) -> float | None:
    """Return the best recall over cut-offs of the order that keep `precision`."""
    abusive = sum(one.is_abusive for one in cases)
    if not abusive:
        return None
    best = 0.0
    for cut in {one.concern for one in cases}:
        above = [one for one in cases if one.concern >= cut]
        found = sum(one.is_abusive for one in above)
        if found / len(above) >= precision:
            best = max(best, found / abusive)
    return _rounded(best)


def _groups(cases: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, Group]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for one in cases:
        parts[key(one)].append(one)
    return {
        name: Group(
            n=len(part),
            abusive=sum(one.is_abusive for one in part),
            flagged=sum(one.band in FLAGGED for one in part),
            found=sum(one.is_abusive and one.band in FLAGGED for one in part),
        )
        for name, part in sorted(parts.items())
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

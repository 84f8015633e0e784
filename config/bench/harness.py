"""Interleaved timing of one job against its peer and its limit.

Blocks of the contenders alternate, and the order turns round from block to block, so
that a drift of the machine falls on all of them alike. What counts is the worst paired
ratio, not a number of milliseconds; the first contender runs a second time under
another name (A against A) and its ratio is the noise of the run.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Contender = Callable[[], None]

OURS, TWIN, PEER, LIMIT = "ours", "ours again", "peer", "limit"


@dataclass(slots=True)
class Timing:
    """What one contender took, in milliseconds a call."""

    blocks: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float | list[float]]:
        ordered = sorted(self.calls)
        return {
            "median_ms": round(statistics.median(self.blocks), 3),
            "block_range_ms": [round(min(self.blocks), 3), round(max(self.blocks), 3)],
            "p50_ms": round(statistics.median(ordered), 3),
            "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
        }


@dataclass(slots=True)
class Job:
    """One measured job with the names of what it is held against."""

    name: str
    rows: int
    timings: dict[str, Timing]
    names: Mapping[str, str]
    goals: Mapping[str, tuple[str, float]]
    extra: dict[str, Any] = field(default_factory=dict)
    complete: bool = True

    def ratios(self, over: str) -> list[float]:
        """Return ours divided by `over`, block by block."""
        return [
            ours / other
            for ours, other in zip(
                self.timings[OURS].blocks, self.timings[over].blocks, strict=True
            )
        ]

    def report(self) -> dict[str, Any]:
        ratios = {}
        for over, timing in self.timings.items():
            if over == OURS or not timing.blocks:
                continue
            paired = self.ratios(over)
            ratios[over] = {
                "median": round(statistics.median(paired), 3),
                "worst": round(max(paired), 4),
                "best": round(min(paired), 3),
            }
        noise = ratios.get(TWIN, {}).get("worst")
        return {
            "job": self.name,
            "rows": self.rows,
            **{
                who: {"what": self.names[who], **timing.summary()}
                for who, timing in self.timings.items()
                if who != TWIN
            },
            "ratios": ratios,
            "aa_ratio": noise,
            "goals": [
                {
                    "goal": words,
                    "worst_ratio": ratios[over]["worst"],
                    "bound": bound,
                    "met": max(self.ratios(over)) <= bound,
                    "resolved": _is_resolved(max(self.ratios(over)), bound, noise),
                }
                for over, (words, bound) in self.goals.items()
            ],
            "n": len(self.timings[OURS].calls),
            "complete": self.complete,
            **self.extra,
        }


def _is_resolved(ratio: float, bound: float, noise: float | None) -> bool:
    """Whether `ratio` is further from its bound than the same code from itself."""
    return noise is None or max(ratio / bound, bound / ratio) > noise


def measure(
    contenders: Mapping[str, Contender], *, blocks: int, calls: int, warm: int = 3
) -> dict[str, Timing]:
    """Time `calls` calls of each contender in each of `blocks` interleaved blocks."""
    order = list(contenders)
    timings = {name: Timing() for name in order}
    for name in order:
        for _ in range(warm):
            contenders[name]()
    for number in range(blocks):
        for name in order if number % 2 == 0 else reversed(order):
            gc.collect()
            spent = [_clock(contenders[name]) for _ in range(calls)]
            timings[name].calls += spent
            timings[name].blocks.append(statistics.median(spent))
    return timings


def load_average() -> list[float]:
    return [round(value, 2) for value in os.getloadavg()]


def _clock(call: Contender) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000

"""The labelled cases that come with the app, held against the rules. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cases.quality.measures import Share, share
from notices.screening.casefiles import judge_cases, read_cases
from notices.screening.evaluation import FLAGGED, Evaluation, Judged
from notices.screening.readings import agreement, read_readings
from notices.screening.ruleset import load
from notices.screening.tables import DATA

LABELLED = DATA / "labelled.jsonl"
BANDS = ("strong", "some", "none", "insufficient")


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the rules make of the shipped cases that their tables have not seen.

    The other cases, marked `seen`, served to write the tables: `seen` is their number.
    `bands` says of each band how many of its cases were abusive: its calibration.
    `agreed` and `unclassified` are of charge texts that a person read and labelled.
    """

    rules_version: str
    measures: Evaluation
    seen: int
    hard: int
    precision: Share
    recall: Share
    bands: tuple[tuple[str, Share], ...]
    charges_seen: int
    agreed: Share
    unclassified: Share


@lru_cache(maxsize=4)
def shipped(rules_version: str) -> Shipped:
    """Return the figures for one rule set; made once a process, they cannot change."""
    rules = load(rules_version)
    cases = list(read_cases(LABELLED))
    unseen = [case for case in cases if not case["seen"]]
    measures, judged = judge_cases(iter(unseen), rules)
    readings = list(read_readings())
    fresh = [one for one in readings if not one.seen]
    charges = agreement(fresh, rules.version)
    flagged = [one for one in judged if one.band in FLAGGED]
    right = sum(one.is_abusive for one in flagged)
    return Shipped(
        rules_version=rules.version,
        measures=measures,
        seen=len(cases) - len(unseen),
        hard=sum(one.is_hard for one in judged),
        precision=share(right, len(flagged)),
        recall=share(right, sum(one.is_abusive for one in judged)),
        bands=_by_band(judged),
        charges_seen=len(readings) - len(fresh),
        agreed=share(charges.agreed, charges.n),
        unclassified=share(charges.unclassified, charges.n),
    )


def _by_band(judged: Sequence[Judged]) -> tuple[tuple[str, Share], ...]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        parts[one.band].append(one)
    return tuple(
        (band, share(sum(one.is_abusive for one in parts[band]), len(parts[band])))
        for band in BANDS
    )

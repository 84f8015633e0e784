"""Our own decisions and words, counted for who reads them.

Only what `visible_to` shows the reader is counted: a figure that another person's
restricted notice changed would tell that it exists.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet

from accounts.models import User
from cases.choices import REVIEW_DECIDED, Outcome, ReviewAction
from cases.models import Review, ReviewTransition
from cases.quality.measures import Agreement, Share, agreement, kappa, share
from cases.quality.shipped import BANDS
from notices.choices import Verdict
from notices.countries import country_name
from notices.models import Judgement
from notices.screening.offences import offence_tables
from notices.screening.tables import current_version

PERIOD = timedelta(days=365)
# Fewer decisions than this say nothing about a state.
ENOUGH = 10
_SHOWN = 15
_FLAGGED = Q(outcome=Outcome.FLAGGED)


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the decisions: its name and how many of it were flagged."""

    name: str
    flagged: Share
    decides_alone: bool = False


@dataclass(frozen=True, slots=True)
class WordsOn:
    """What people said of the findings of one indicator."""

    indicator: str
    disagreed: Share
    rejected: Share


@dataclass(frozen=True, slots=True)
class Own:
    """The figures of a year: by band, state, class of charge; words and agreement."""

    since: datetime
    decided: int
    by_band: tuple[Row, ...]
    by_country: tuple[Row, ...]
    by_offence: tuple[Row, ...]
    words: tuple[WordsOn, ...]
    pairs: int
    kappa: float | None
    blind: Agreement


def own_figures(*, reader: User, at: datetime) -> Own:
    """Count what was decided and said in the year before `at`; six queries."""
    since = at - PERIOD
    decided = Review.objects.visible_to(reader).filter(
        state__in=REVIEW_DECIDED, decided_at__gte=since
    )
    by_band = _parts(decided.values(part=F("notice__article_band")))
    classes = offence_tables(current_version()).classes
    pairs = _pairs(reader, since)
    return Own(
        since=since,
        decided=sum(whole for _, _, whole in by_band),
        by_band=tuple(
            Row(band, share(flagged, whole))
            for band in BANDS
            for part, flagged, whole in by_band
            if part == band
        ),
        by_country=tuple(
            Row(
                country_name(part),
                share(flagged, whole),
                decides_alone=whole >= ENOUGH and flagged in (0, whole),
            )
            for part, flagged, whole in _parts(_spread(decided, "issuers"))[:_SHOWN]
        ),
        by_offence=tuple(
            Row(classes[part].name if part in classes else part, share(flagged, whole))
            for part, flagged, whole in _parts(_spread(decided, "offence_classes"))
        ),
        words=_words(reader, since),
        pairs=len(pairs),
        kappa=kappa(pairs),
        blind=agreement(_blind_pairs(reader, since)),
    )


def _spread(decided: QuerySet[Review], column: str) -> QuerySet[Review, Any]:
    """Return a row for each value of an array column of the notice."""
    return decided.values(part=Func(F(f"notice__{column}"), function="unnest"))


def _parts(rows: QuerySet[Review, Any]) -> list[tuple[str, int, int]]:
    """Return (part, flagged, all), the largest first."""
    counted = rows.annotate(
        whole=Count("pk"), flagged=Count("pk", filter=_FLAGGED)
    ).values_list("part", "flagged", "whole")
    return sorted(counted, key=lambda row: (-row[2], row[0]))


def _standing(reader: User, since: datetime) -> QuerySet[Judgement]:
    return Judgement.objects.visible_to(reader).filter(
        withdrawn_at=None, made_at__gte=since
    )


def _words(reader: User, since: datetime) -> tuple[WordsOn, ...]:
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for indicator, verdict, number in (
        _standing(reader, since)
        .values_list("indicator", "verdict")
        .annotate(number=Count("pk"))
    ):
        said[indicator][verdict] += number
    found = [
        WordsOn(
            indicator,
            _against(words, Verdict.DISAGREE, Verdict.AGREE),
            _against(words, Verdict.REJECT, Verdict.ACCEPT),
        )
        for indicator, words in said.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.disagreed.part, one.indicator)))


def _against(words: Counter[str], no: Verdict, yes: Verdict) -> Share:
    return share(words[no], words[no] + words[yes])


def _pairs(reader: User, since: datetime) -> list[tuple[str, str]]:
    """Return the words of two people on the same finding, in the order they came."""
    on: dict[tuple[int, str, str, str], list[str]] = defaultdict(list)
    words: Iterable[tuple[int, str, str, str, str]] = (
        _standing(reader, since)
        .filter(verdict__in=(Verdict.AGREE, Verdict.DISAGREE))
        .order_by("made_at", "pk")
        .values_list("notice_id", "indicator", "field", "quote", "verdict")
    )
    for *finding, verdict in words:
        on[tuple(finding)].append(verdict)  # type: ignore[index]
    return [pair for verdicts in on.values() for pair in pairwise(verdicts)]


def _blind_pairs(reader: User, since: datetime) -> Iterable[tuple[str, str]]:
    """Return the outcomes of two people of whom the second did not know the first's."""
    return (
        ReviewTransition.objects.visible_to(reader)
        .filter(action=ReviewAction.READ, reads__is_sealed=False, at__gte=since)
        .order_by("at", "pk")
        .values_list("reads__outcome", "outcome")
    )

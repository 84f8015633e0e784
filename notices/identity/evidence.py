"""What speaks for one human and what for two, field by field. Pure; decides nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from notices.identity.choices import Answer
from notices.identity.compare import SAME, Comparison, compare

# A name less alike than this is no reason to put two people side by side.
LIKE = 0.6
_FULL_DATE = 10


class Verdict(StrEnum):
    """What a field says. A difference is not a conflict: people have several."""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Side:
    """What a reader may see of one of the two."""

    # Numbers of public notices: how people of one name are told apart on a page.
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    birth_places: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    classes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both, what it says, and the reasons in words."""

    what: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()


def side_by_side(left: Side, right: Side) -> list[Row]:
    """Compare two people field by field; what is not known is missing, never no."""
    return [
        _name(left, right),
        _row("Birth date", left.birth_dates, right.birth_dates, _dates),
        _row("Sex", left.sexes, right.sexes, _sexes),
        _row("Nationality", left.nationalities, right.nationalities, _shared),
        _row("Place of birth", left.birth_places, right.birth_places, _places),
        _row("Country that asks", left.issuers, right.issuers, _shared),
        _charges(left, right),
    ]


def leaning(rows: Sequence[Row]) -> Answer:
    """Return what the evidence points to. Only a person decides; unsure is common.

    The same name and the same day of birth without any conflict point to one human. A
    conflict of birth dates or sex points to two. A name alone points nowhere.
    """
    said = {row.what: row for row in rows}
    if any(row.verdict is Verdict.CONFLICTS for row in rows):
        return Answer.DIFFERENT
    if (
        said["Name"].verdict is Verdict.AGREES
        and said["Birth date"].verdict is Verdict.AGREES
        and "to the day" in said["Birth date"].reasons
    ):
        return Answer.SAME
    return Answer.UNSURE


def is_worth_a_look(rows: Sequence[Row]) -> bool:
    """Tell whether what a reader sees puts the two side by side at all."""
    return rows[0].verdict in (Verdict.AGREES, Verdict.DIFFERS)


def best_comparison(left: Iterable[str], right: Iterable[str]) -> Comparison | None:
    """Return the comparison of the names that are most alike."""
    return max(
        (compare(one, other) for one in left for other in right),
        key=lambda found: found.score,
        default=None,
    )


def dates_agree(one: str, other: str) -> bool:
    """Tell whether two partial dates may be one: as far as both are known.

    The first of January often stands for a day that nobody knows.
    """
    if one == other:
        return True
    one, other = (date.removesuffix("-01-01") for date in (one, other))
    return one.startswith(other) or other.startswith(one)


Judge = Callable[[Sequence[str], Sequence[str]], tuple[Verdict, tuple[str, ...]]]


def _row(what: str, left: tuple[str, ...], right: tuple[str, ...], judge: Judge) -> Row:
    if not left or not right:
        return Row(what, left, right, Verdict.MISSING)
    verdict, reasons = judge(left, right)
    return Row(what, left, right, verdict, reasons)


def _name(left: Side, right: Side) -> Row:
    found = best_comparison(left.names, right.names)
    if found is None:
        return Row("Name", left.names, right.names, Verdict.MISSING)
    verdict = (
        Verdict.AGREES
        if found.score >= SAME
        else Verdict.DIFFERS
        if found.score >= LIKE
        else Verdict.CONFLICTS
    )
    return Row("Name", left.names, right.names, verdict, tuple(found.reasons))


def _dates(
    left: Sequence[str], right: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    pairs = [(one, other) for one in left for other in right]
    if any(one == other and len(one) == _FULL_DATE for one, other in pairs):
        return Verdict.AGREES, ("to the day",)
    agreeing = [pair for pair in pairs if dates_agree(*pair)]
    if agreeing:
        known = max(min(len(one), len(other)) for one, other in agreeing)
        return Verdict.AGREES, ("as far as the year" if known < 7 else "in part",)
    if any(_is_swapped(one, other) for one, other in pairs):
        return Verdict.DIFFERS, ("day and month may be swapped",)
    return Verdict.CONFLICTS, ()


def _is_swapped(one: str, other: str) -> bool:
    if len(one) != _FULL_DATE or len(other) != _FULL_DATE or one[:4] != other[:4]:
        return False
    return one[5:7] == other[8:] and one[8:] == other[5:7]


def _sexes(
    left: Sequence[str], right: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    return (Verdict.AGREES if set(left) & set(right) else Verdict.CONFLICTS), ()


def _shared(
    left: Sequence[str], right: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    return (Verdict.AGREES if set(left) & set(right) else Verdict.DIFFERS), ()


def _places(
    left: Sequence[str], right: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    alike = any(
        compare(one, other, organisation=True).same for one in left for other in right
    )
    return (Verdict.AGREES if alike else Verdict.DIFFERS), ()


def _charges(left: Side, right: Side) -> Row:
    if not left.charges or not right.charges:
        return Row("Charges", left.charges, right.charges, Verdict.MISSING)
    one, other = ({_plain(text) for text in side.charges} for side in (left, right))
    shared = sorted(set(left.classes) & set(right.classes))
    verdict, reason = Verdict.DIFFERS, ""
    if one & other:
        verdict, reason = Verdict.AGREES, "the same words"
    elif shared:
        verdict, reason = Verdict.AGREES, "the same kind: " + ", ".join(shared)
    return Row(
        "Charges",
        left.charges,
        right.charges,
        verdict,
        (reason.replace("_", " "),) if reason else (),
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())

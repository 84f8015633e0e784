"""How two versions of a notice differ, field by field, as people read it.

Warrants have no number. They are known again by issuer and normalised charge text, then
an edited one by issuer and likeness of text; never by position, since a reordering is
no edit. Pure.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from notices.countries import country_name
from notices.feeds.parsed import FIELDS, LIST_FIELDS

# Below this likeness (0 to 100) two charges of one issuer are two warrants, no edit.
ALIKE = 45
# Where one source does not state the issuer, only the same text is the same warrant.
ALIKE_WITHOUT_ISSUER = 90
_SPACE = re.compile(r"\s+")
_COUNTRIES = ("nationalities", "birth_country", "issuer")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed field; `before` and `after` are words, None where nothing stood."""

    field: str
    before: str | None
    after: str | None


def normalised(text: str) -> str:
    """Return a charge without case and spacing, which feeds change at will."""
    return _SPACE.sub(" ", text).strip().casefold()


def fingerprint(warrant: Mapping[str, Any]) -> str:
    """Return how a warrant is known again: a hash of issuer and charge texts."""
    texts = sorted(normalised(charge["text"]) for charge in warrant["charges"])
    return hashlib.sha256(
        "\x1f".join([warrant["issuer"] or "", *texts]).encode()
    ).hexdigest()


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[FieldChange]:
    """Return what changed from `before` to `after`, in the order people read fields."""
    found = [
        FieldChange(
            name, readable(name, before.get(name)), readable(name, after.get(name))
        )
        for name in FIELDS
        if not _same(name, before.get(name), after.get(name))
        and not (name == "birth_date_received" and _has_date(before, after))
    ]
    return found + _warrant_changes(
        before.get("warrants") or [], after.get("warrants") or []
    )


def _same(name: str, before: Any, after: Any) -> bool:
    """Tell whether two values say the same; the order of a list says nothing."""
    if name in LIST_FIELDS and before and after:
        return set(before) == set(after)
    return (before or None) == (after or None)


def _has_date(*values: Mapping[str, Any]) -> bool:
    """Tell whether a date was understood: then how it was written says nothing."""
    return any(one.get("birth_date") for one in values)


def pairs_of(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[tuple[int | None, int | None]]:
    """Pair the warrants of two versions; None stands for "not there"."""
    left = list(range(len(before)))
    right = list(range(len(after)))
    pairs: list[tuple[int | None, int | None]] = []
    prints = {number: fingerprint(after[number]) for number in right}
    for old in list(left):
        same = next((n for n in right if prints[n] == fingerprint(before[old])), None)
        if same is not None:
            pairs.append((old, same))
            left.remove(old)
            right.remove(same)
    likeness = sorted(
        (
            (_likeness(before[old], after[new]), old, new)
            for old in left
            for new in right
            if _issuers_agree(before[old], after[new])
            or _has_no_issuer(before[old], after[new])
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    for score, old, new in likeness:
        alone = len(left) == len(right) == 1 and _issuers_agree(before[old], after[new])
        if old in left and new in right and (score >= ALIKE or alone):
            pairs.append((old, new))
            left.remove(old)
            right.remove(new)
    return [
        *pairs,
        *((old, None) for old in left),
        *((None, new) for new in right),
    ]


def readable(field: str, value: Any) -> str | None:
    """Return a value as people read it."""
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return ", ".join(readable(field, one) or "" for one in value)
    if field in _COUNTRIES:
        return country_name(value)
    if field == "height_m":
        return f"{value} m"
    return f"{value} kg" if field == "weight_kg" else str(value)


def _warrant_changes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[FieldChange]:
    found = []
    for old, new in pairs_of(before, after):
        if old is None and new is not None:
            found.append(FieldChange("warrants", None, _words(after[new])))
        elif new is None and old is not None:
            found.append(FieldChange("warrants", _words(before[old]), None))
        elif old is not None and new is not None:
            found += _charge_changes(before[old], after[new])
    return found


def _charge_changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[FieldChange]:
    found = []
    if before["issuer"] != after["issuer"]:
        found.append(
            FieldChange(
                "issuer",
                readable("issuer", before["issuer"]),
                readable("issuer", after["issuer"]),
            )
        )
    for field, key in (("charge", "text"), ("translation", "translation")):
        old, new = _joined(before, key), _joined(after, key)
        if old != new:
            found.append(FieldChange(field, old, new))
    return found


def _joined(warrant: Mapping[str, Any], key: str) -> str | None:
    return "; ".join(c[key] for c in warrant["charges"] if c.get(key)) or None


def _words(warrant: Mapping[str, Any]) -> str:
    return (
        f"{country_name(warrant['issuer'])}: {_joined(warrant, 'text') or 'no charge'}"
    )


def _issuers_agree(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return bool(before["issuer"] == after["issuer"])


def _has_no_issuer(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return before["issuer"] is None or after["issuer"] is None


def _likeness(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    """Return how alike the charges are; an issuer that is not stated asks for more."""
    score = _text_likeness(before, after)
    if _issuers_agree(before, after) or score >= ALIKE_WITHOUT_ISSUER:
        return score
    return 0


def _text_likeness(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    return fuzz.token_set_ratio(
        normalised(_joined(before, "text") or ""),
        normalised(_joined(after, "text") or ""),
    )

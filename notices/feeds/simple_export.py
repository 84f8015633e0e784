"""A row of OpenSanctions' `targets.simple.csv`: names, a date and joined sanctions.

`countries` mixes nationality with country of birth and is left alone. The cells of
`sanctions` join programme, reason, status and dates by ` - `; the issuing country is
not told.
"""

import csv
import re
from collections.abc import Mapping

from notices.feeds.parsed import DetailLevel, ParsedNotice, ParsedWarrant, RowError
from notices.feeds.values import Row, canonical_reference

_OWN_ID = re.compile(r"interpol-red-(\d{4})-(\d{1,12})", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


def simple_notice(values: Mapping[str, str], row: Row) -> ParsedNotice | RowError:
    """Return the notice of one row; `values` is folded heading -> text."""
    reference = _reference(values)
    if reference is None:
        return row.rejection("id", "No INTERPOL notice number in id or identifiers")
    row.reference = reference
    row.text("family_name", "name", values["name"])
    dates = _parts(values["birthdate"])
    longest = max(dates, key=len, default="")
    if all(longest.startswith(one) for one in dates):
        row.birth("birth_date", longest)
    else:
        row.report("birth_date", f"Several dates: {values['birthdate'][:200]}")
    charges = [
        charge
        for part in _parts(values["sanctions"])
        if (charge := row.charge(_reason(part), None, None, "sanctions"))
    ]
    return ParsedNotice(
        reference=reference,
        kind="red",
        detail=DetailLevel.TABLE,
        carried=row.carried,
        warrants=tuple(ParsedWarrant(None, (one,)) for one in dict.fromkeys(charges)),
        merged_warrants=True,
        source=row.source,
        row=row.number,
        raw=row.raw,
        aliases=tuple(part[:300] for part in _parts(values["aliases"])),
    )


def _reference(values: Mapping[str, str]) -> str | None:
    own = _OWN_ID.fullmatch(values["id"])
    if own:
        return f"{own[1]}/{own[2]}"
    found = map(canonical_reference, _parts(values.get("identifiers", "")))
    return next((one for one in found if one), None)


def _parts(cell: str) -> list[str]:
    """Return the values that `;` joins, with CSV quoting inside the cell."""
    try:
        row = next(csv.reader([cell], delimiter=";"), [])
    except csv.Error:
        row = [cell]
    return [part.strip() for part in row if part.strip()]


def _reason(sanction: str) -> str:
    parts = [part.strip() for part in sanction.split(" - ")]
    if len(parts) > 1 and "interpol" in parts[0].casefold():
        parts = parts[1:]
    while len(parts) > 1 and _DATE.fullmatch(parts[-1]):
        parts = parts[:-1]
    return " - ".join(parts)

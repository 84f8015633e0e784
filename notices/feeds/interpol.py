"""INTERPOL's public notices: detail records and list pages, as saved by anyone.

Takes an array of records, one record, JSON lines, and list pages with
`_embedded.notices` (`domain/data-formats.md`, section 1). A page states the `total` of
its query; a query that holds fewer distinct notices than that leaves a gap, which is
what the cap of 160 and pages clamped to the last one look like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from notices.feeds.codes import EYES, HAIR, LANGUAGES
from notices.feeds.json_values import Ambiguous, Found, element_texts
from notices.feeds.parsed import (
    DetailLevel,
    Gap,
    Item,
    ParsedNotice,
    ParsedWarrant,
    RowError,
    Source,
)
from notices.feeds.reading import json_items
from notices.feeds.values import (
    Row,
    canonical_reference,
    field_of,
    is_missing,
    kind_of,
)

TRANSLATOR = "Published with the notice"
_TEXTS = {
    "name": "family_name",
    "forename": "forename",
    "place_of_birth": "birth_place",
    "distinguishing_marks": "distinguishing_marks",
}
_LISTS: Mapping[str, tuple[str, frozenset[str] | None]] = {
    "nationalities": ("nationalities", None),
    "eyes_colors_id": ("eye_colours", EYES),
    "hairs_id": ("hair_colours", HAIR),
    "languages_spoken_ids": ("languages", LANGUAGES),
}
_PERSON = (
    "name",
    "forename",
    "date_of_birth",
    "sex_id",
    "nationalities",
    "country_of_birth_id",
    "place_of_birth",
    "height",
    "weight",
    "eyes_colors_id",
    "hairs_id",
    "languages_spoken_ids",
    "distinguishing_marks",
)
# What only detail records carry.
_DETAIL = {"arrest_warrants", *_PERSON[3:]} - {"nationalities"}
_KIND = re.compile(r"/notices/v1/(red|yellow|un)/")
# Paging differs between the pages of one query.
_PAGING = frozenset({"page", "resultPerPage"})

Warrants = tuple[tuple[ParsedWarrant, ...] | None, bool]


class InterpolAdapter:
    """Reads detail records and list pages of red notices."""

    slug = "interpol"

    def __init__(self) -> None:
        # Query -> (largest total stated, ids received).
        self._queries: dict[str, tuple[int, set[str]]] = {}
        self._pages_without_total = 0
        self._rows = 0
        self._ids: set[str] = set()

    def items(self, source: Source) -> Iterator[Item]:
        number = 0
        for found in json_items(source):
            if isinstance(found, Gap | RowError):
                yield found
                continue
            if not isinstance(found, Found):
                number += 1
                yield RowError(source.name, number, "", found.reason, found.text)
                continue
            listed = _listed(found.value)
            if listed is None:
                records, texts, received = [found.value], [found.text], None
            else:
                records = listed
                texts = element_texts(found.text, "notices", listed)
                received = self._query(found.value)
            for record, text in zip(records, texts, strict=True):
                number += 1
                yield from self._record(
                    record, Row(source.name, number, text), received
                )

    def gaps(self) -> Sequence[Gap]:
        gaps = [
            Gap(
                f"The list query {name} states {total:,} notices, but {len(ids):,} "
                "were received (the endpoint shows at most 160 of a query)"
            )
            for name, (total, ids) in self._queries.items()
            if total > len(ids)
        ]
        if self._pages_without_total:
            gaps.append(Gap("A list page does not say how many notices there are"))
        if self._rows > 20 and self._rows > 2 * len(self._ids):
            gaps.append(
                Gap(
                    f"{self._rows:,} rows hold only {len(self._ids):,} different "
                    "notices: pages past the end repeat the last one"
                )
            )
        return gaps

    def _query(self, page: Mapping[str, Any]) -> set[str]:
        """Return the ids received so far for the query of a list page."""
        total = page.get("total")
        if not isinstance(total, int) or isinstance(total, bool):
            self._pages_without_total += 1
            return set()
        name = _query_name(page.get("query"))
        before, ids = self._queries.get(name, (0, set()))
        self._queries[name] = (max(before, total), ids)
        return ids

    def _record(
        self, record: Any, row: Row, received: set[str] | None
    ) -> Iterator[Item]:
        item = _notice(record, row)
        yield from row.errors
        if isinstance(item, ParsedNotice):
            self._rows += 1
            self._ids.add(item.reference)
            if received is not None:
                received.add(item.reference)
        yield item


def _listed(value: Any) -> list[Any] | None:
    """Return the records of a list page, or None for a record."""
    if not isinstance(value, dict) or "entity_id" in value:
        return None
    embedded = value.get("_embedded")
    notices = embedded.get("notices") if isinstance(embedded, dict) else None
    if notices is None:
        notices = value.get("notices")
    return notices if isinstance(notices, list) else None


def _query_name(query: Any) -> str:
    if not isinstance(query, dict):
        return "without filter"
    parts = sorted(
        f"{key}={value}"
        for key, value in query.items()
        if key not in _PAGING and value not in (None, "")
    )
    return " ".join(parts)[:200] or "without filter"


def _notice(record: Any, row: Row) -> ParsedNotice | RowError:
    if not isinstance(record, dict):
        return row.rejection("", f"{kind_of(record)} stands where a notice belongs")
    if isinstance(record, Ambiguous) and "entity_id" in record.repeated:
        return row.rejection("entity_id", "Given twice with different values")
    reference = _reference(record.get("entity_id"), row)
    if isinstance(reference, RowError):
        return reference
    kind = _kind(record)
    if kind == "yellow":
        return row.rejection(
            "_links",
            "A yellow notice names a missing person, often a child: it is not taken",
            is_foreign=True,
        )
    row.reference = reference
    _read_person(record, row)
    value = field_of(record, "arrest_warrants", row)
    warrants, is_partial = (
        (None, False) if is_missing(value) else read_warrants(value, row)
    )
    return ParsedNotice(
        reference=reference,
        kind=kind,
        detail=DetailLevel.FULL if _DETAIL & _stated(record) else DetailLevel.LIST_ROW,
        carried=row.carried,
        warrants=warrants,
        partial_warrants=is_partial,
        source=row.source,
        row=row.number,
        raw=row.raw,
        unmapped=tuple(row.unmapped),
    )


def _reference(value: Any, row: Row) -> str | RowError:
    if value is None:
        return row.rejection("entity_id", "The notice number is missing")
    if not isinstance(value, str):
        return row.rejection(
            "entity_id", f"{kind_of(value)} stands where a notice number belongs"
        )
    reference = canonical_reference(value)
    if reference is None:
        return row.rejection(
            "entity_id", f"“{value[:60]}” is not a notice number such as 2023/28245"
        )
    return reference


def _kind(record: Mapping[str, Any]) -> str:
    links = record.get("_links")
    own = links.get("self") if isinstance(links, dict) else None
    href = own.get("href") if isinstance(own, dict) else None
    found = _KIND.search(href) if isinstance(href, str) else None
    kind = found[1] if found else "un" if "un_reference" in record else "red"
    return "un_special" if kind == "un" else kind


def _stated(record: Mapping[str, Any]) -> set[str]:
    """Return the keys whose value is more than "N/A", which failed crawls write."""
    return {
        key
        for key, value in record.items()
        if not (isinstance(value, str) and value.strip().lower() == "n/a")
    }


def _read_person(record: Mapping[str, Any], row: Row) -> None:
    for key in _PERSON:
        value = field_of(record, key, row)
        if is_missing(value):
            continue
        if key in _TEXTS:
            row.text(_TEXTS[key], key, value)
        elif key in _LISTS:
            target, known = _LISTS[key]
            row.codes(target, key, value, known)
        elif key == "date_of_birth":
            row.birth(key, value)
        elif key == "sex_id":
            row.sex(key, value)
        elif key == "country_of_birth_id":
            row.code("birth_country", key, value)
        elif key == "height":
            row.number_of("height_m", key, value, low="0.3", high="2.6", unit="m")
        else:
            row.number_of("weight_kg", key, value, low="1", high="500", unit="kg")


def read_warrants(value: Any, row: Row, key: str = "arrest_warrants") -> Warrants:
    """Return the warrants of a list of `{issuing_country_id, charge, …}`, and whether
    parts of it had to be left out.

    None instead of warrants when nothing of it is readable: then nothing is known.
    """
    if value is None:
        return (), False
    if not isinstance(value, list | tuple):
        if not (isinstance(value, str) and value.strip().lower() in ("n/a", "", "-")):
            row.report(key, f"{kind_of(value)} stands where a list belongs")
        return None, False
    before = len(row.errors)
    warrants = [warrant for one in value if (warrant := _warrant(one, row, key))]
    is_partial = len(row.errors) > before
    if is_partial and not warrants:
        return None, False
    return tuple(dict.fromkeys(warrants)), is_partial


def _warrant(one: Any, row: Row, key: str) -> ParsedWarrant | None:
    if not isinstance(one, dict):
        row.report(key, f"{kind_of(one)} stands where a warrant belongs")
        return None
    issuer, text, translation = (
        None if is_missing(value := field_of(one, name, row)) else value
        for name in ("issuing_country_id", "charge", "charge_translation")
    )
    code = row.as_code("issuing_country_id", issuer)
    charge = row.charge(text, translation, TRANSLATOR)
    issuer = None if is_missing(code) else code
    if issuer is None and charge is None:
        return None
    return ParsedWarrant(issuer, (charge,) if charge else ())

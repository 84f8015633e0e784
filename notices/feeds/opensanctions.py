"""OpenSanctions' `interpol_red_notices`: entities as JSON lines, sanctions nested.

Keys on `authorityId` of the sanction or on an `interpol-red-*` id among the referents,
because the entity's own id changes when people are merged. One sanction stands for all
warrants of a notice, so which country wrote which charge may be lost; `country` of the
person is the country of birth (`domain/data-formats.md`, section 2.3).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from notices.feeds.codes import EUROPEAN_UNION, EYES, HAIR
from notices.feeds.json_values import Found
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
from notices.feeds.values import Row, canonical_reference, kind_of, storable

_OWN_ID = re.compile(r"interpol-red-(\d{4})-(\d{1,12})", re.ASCII)
_PEOPLE = frozenset({"Person", "LegalEntity"})
_COUNTRIES = {"xk": "UNK", "eu": EUROPEAN_UNION}
_GENDERS = {"male": "M", "female": "F"}
_LONGEST_LIST = 1_000

Properties = Mapping[str, list[str]]


class OpenSanctionsAdapter:
    """Reads `targets.nested.json`; also single steps of `entities.delta.json`."""

    slug = "opensanctions"

    def items(self, source: Source) -> Iterator[Item]:
        number = 0
        for found in json_items(source):
            if isinstance(found, Gap | RowError):
                yield found
                continue
            number += 1
            if isinstance(found, Found):
                yield from _entity(found, Row(source.name, number, found.text))
            else:
                yield RowError(source.name, number, "", found.reason, found.text)

    def gaps(self) -> Sequence[Gap]:
        return ()


def _entity(found: Found, row: Row) -> Iterator[Item]:
    entity = found.value
    if isinstance(entity, dict) and "op" in entity:
        if entity["op"] == "DEL":
            yield row.rejection(
                "op",
                "Says that the record was taken out; only a whole list tells what is "
                "absent",
                is_foreign=True,
            )
            return
        entity = entity.get("entity")
    if not isinstance(entity, dict):
        yield row.rejection("", f"{kind_of(entity)} stands where an entity belongs")
        return
    schema = entity.get("schema")
    if schema not in _PEOPLE:
        yield row.rejection(
            "schema",
            f"“{str(schema)[:40]}” is no person; take the file targets.nested.json",
            is_foreign=isinstance(schema, str),
        )
        return
    properties = _properties(entity.get("properties"), row, "properties")
    sanctions = _sanctions(entity, row)
    references = _references(entity, sanctions)
    if not references:
        yield from row.errors
        yield row.rejection(
            "id", "No INTERPOL notice number in authorityId or referents"
        )
        return
    row.reference = references[0]
    aliases = _read_person(properties, row)
    yield from row.errors
    for reference in references:
        own = [
            one
            for one in sanctions
            if len(references) == 1 or reference in _authority_ids(one)
        ]
        shared = Row(row.source, row.number, row.raw, reference)
        warrants, is_merged = _warrants(own, shared)
        yield from shared.errors
        yield ParsedNotice(
            reference=reference,
            kind="red",
            detail=DetailLevel.NESTED,
            carried=row.carried,
            warrants=warrants,
            merged_warrants=is_merged,
            source=row.source,
            row=row.number,
            raw=row.raw,
            unmapped=tuple(row.unmapped),
            aliases=aliases,
        )


def _properties(value: Any, row: Row, key: str) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        row.report(key, f"{kind_of(value)} stands where an object belongs")
        return {}
    found: dict[str, list[str]] = {}
    for name, listed in value.items():
        if name == "sanctions":
            continue
        if not isinstance(listed, list):
            row.report(name, f"{kind_of(listed)} stands where a list belongs")
            continue
        texts = [
            storable(one).strip() for one in listed[:_LONGEST_LIST] if _is_text(one)
        ]
        found[name] = [text for text in texts if text and text != "-"]
        if len(texts) < len(listed[:_LONGEST_LIST]):
            row.report(name, "Holds something that is no text")
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _sanctions(entity: dict[str, Any], row: Row) -> list[Properties]:
    """Return the properties of the sanctions that INTERPOL stands behind."""
    properties = entity.get("properties")
    nested = properties.get("sanctions") if isinstance(properties, dict) else None
    if nested is None:
        return []
    if not isinstance(nested, list):
        row.report("sanctions", f"{kind_of(nested)} stands where a list belongs")
        return []
    found: list[Properties] = []
    for one in nested[:_LONGEST_LIST]:
        if not isinstance(one, dict):
            row.report("sanctions", f"{kind_of(one)} stands where a sanction belongs")
            continue
        values = _properties(one.get("properties"), row, "sanctions")
        if _is_interpol(values):
            found.append(values)
    return found


def _is_interpol(sanction: Properties) -> bool:
    program = [*sanction.get("programId", ()), *sanction.get("authority", ())]
    if program:
        return any("interpol" in one.casefold() for one in program)
    return bool(_authority_ids(sanction))


def _authority_ids(sanction: Properties) -> list[str]:
    ids = (canonical_reference(one) for one in sanction.get("authorityId", ()))
    return [one for one in ids if one]


def _references(entity: dict[str, Any], sanctions: Sequence[Properties]) -> list[str]:
    found = [one for sanction in sanctions for one in _authority_ids(sanction)]
    if not found:
        referents = entity.get("referents")
        ids = [entity.get("id"), *(referents if isinstance(referents, list) else ())]
        for one in ids:
            match = _OWN_ID.fullmatch(one) if isinstance(one, str) else None
            if match:
                found.append(f"{match[1]}/{match[2]}")
    return list(dict.fromkeys(found))


def _read_person(properties: Properties, row: Row) -> tuple[str, ...]:
    """Take what the properties say about the person; returns other names."""

    def first(name: str) -> str | None:
        values = properties.get(name, [])
        if len(values) > 1:
            row.report(name, f"{len(values)} values; the first is taken")
        return values[0] if values else None

    family, forename = first("lastName"), first("firstName")
    names = list(properties.get("name", ()))
    if family is None and forename is None:
        family = names[0] if names else None
    row.text("family_name", "lastName", family)
    row.text("forename", "firstName", forename)
    row.birth("birthDate", _most_precise(properties.get("birthDate", []), row))
    gender = first("gender")
    row.sex("gender", _GENDERS.get(gender or "", gender))
    row.codes(
        "nationalities",
        "nationality",
        [_country(one) for one in properties.get("nationality", ())] or None,
    )
    birth = first("birthCountry") or first("country")
    row.code("birth_country", "country", birth and _country(birth))
    row.text("birth_place", "birthPlace", "; ".join(properties.get("birthPlace", ())))
    row.text("distinguishing_marks", "notes", "\n".join(properties.get("notes", ())))
    height, weight = first("height"), first("weight")
    row.number_of("height_m", "height", height, low="0.3", high="2.6", unit="m")
    row.number_of("weight_kg", "weight", weight, low="1", high="500", unit="kg")
    row.codes("eye_colours", "eyeColor", properties.get("eyeColor") or None, EYES)
    row.codes("hair_colours", "hairColor", properties.get("hairColor") or None, HAIR)
    # The name itself, in either order, is no other name.
    own = sorted(f"{family or ''} {forename or ''}".casefold().split())
    return tuple(
        other[:300]
        for other in dict.fromkeys([*names, *properties.get("alias", ())])
        if sorted(other.casefold().split()) != own
    )


def _most_precise(values: list[str], row: Row) -> str | None:
    """Return the date that all others are a part of, or None after a report."""
    if not values:
        return None
    longest = max(values, key=len)
    if all(longest.startswith(one) for one in values):
        return longest
    row.report("birthDate", f"Several dates: {', '.join(values)[:200]}")
    return "n/a"


def _country(code: str) -> str:
    return _COUNTRIES.get(code.lower(), code.upper())


def _warrants(
    sanctions: Sequence[Properties], row: Row
) -> tuple[tuple[ParsedWarrant, ...] | None, bool]:
    if not sanctions:
        return None, False
    found: list[ParsedWarrant] = []
    is_merged = False
    for one in sanctions:
        issuers = [
            code
            for country in one.get("country", ())
            if (code := row.as_code("country", _country(country)))
        ]
        reasons = [row.charge(text, None, None) for text in one.get("reason", ())]
        charges = [charge for charge in reasons if charge]
        is_merged |= len(issuers) > 1 or len(charges) > 1
        if len(issuers) > 1:
            # Who wrote which charge is lost: state the two apart.
            found += [ParsedWarrant(issuer) for issuer in issuers]
            issuers = []
        issuer = issuers[0] if issuers else None
        found += [ParsedWarrant(issuer, (charge,)) for charge in charges]
        if issuer and not charges:
            found.append(ParsedWarrant(issuer))
    return tuple(dict.fromkeys(found)), is_merged

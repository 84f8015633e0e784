"""Notices out of a CSV file or a workbook, one a row.

Headings are matched by `notices.feeds.columns`. A birth date that can be read in two
ways, such as 03/04/1979, refuses its row: it is never guessed, and a notice without it
could be taken for another person's. Lists may be written `AR; DO`, as JSON or as
Python prints them.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from notices.feeds.codes import EYES, HAIR, LANGUAGES
from notices.feeds.columns import columns_of, folded, is_simple_export
from notices.feeds.csv_rows import BrokenRow, TableRow, csv_rows
from notices.feeds.interpol import TRANSLATOR, read_warrants
from notices.feeds.parsed import (
    DetailLevel,
    Gap,
    Item,
    ParsedNotice,
    ParsedWarrant,
    RefusedFileError,
    RowError,
    Source,
)
from notices.feeds.reading import open_text
from notices.feeds.sheet_rows import sheet_rows
from notices.feeds.simple_export import simple_notice
from notices.feeds.sniff import is_workbook
from notices.feeds.values import Row, canonical_reference, split_codes, storable

_HEADER_WITHIN = 10
_LONGEST_LITERAL = 200_000
_TWO_WAYS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})", re.ASCII)
_DOTTED = re.compile(r"(\d{4})\.(\d{1,2})(?:\.(\d{1,2}))?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?$")
_GENDERS = {"male": "M", "female": "F", "unknown": "U", "not stated": "U"}
_CODE_LISTS = {
    "nationalities": None,
    "eye_colours": EYES,
    "hair_colours": HAIR,
    "languages": LANGUAGES,
}


class TableAdapter:
    """Reads CSV and workbooks, also OpenSanctions' `targets.simple.csv`."""

    slug = "table"

    def items(self, source: Source) -> Iterator[Item]:
        header: Sequence[object] | None = None
        columns: dict[str, int] = {}
        seen: list[Sequence[object]] = []
        number = 0
        for row in _rows(source):
            if isinstance(row, RowError | Gap):
                yield row
                continue
            number = row.number
            if isinstance(row, BrokenRow):
                yield RowError(source.name, number, "", row.reason, storable(row.raw))
                continue
            if not any(_cell_text(cell) for cell in row.cells):
                continue
            if header is None:
                columns = columns_of(row.cells)
                if "reference" in columns:
                    header = row.cells
                    continue
                seen.append(row.cells)
                if len(seen) >= _HEADER_WITHIN:
                    break
                continue
            yield from _read(row, header, columns, source)
        if header is None:
            raise RefusedFileError(_no_header(source, seen))

    def gaps(self) -> Sequence[Gap]:
        return ()


def _rows(source: Source) -> Iterator[TableRow | BrokenRow | RowError | Gap]:
    if is_workbook(source):
        yield from sheet_rows(source)
        return
    stream, remarks = open_text(source)
    yield from remarks
    yield from csv_rows(stream)
    if stream.is_cut:
        yield Gap(f"{source.name} ends within a letter: it was cut off")


def _no_header(source: Source, seen: list[Sequence[object]]) -> str:
    if not seen:
        return f"{source.name} holds no rows."
    names = ", ".join(str(cell)[:40] for cell in seen[0][:12])
    return (
        f"No column of {source.name} holds the notice number: name one “entity_id”. "
        f"Its columns are: {storable(names)}."
    )


def _read(
    received: TableRow,
    header: Sequence[object],
    columns: dict[str, int],
    source: Source,
) -> Iterator[Item]:
    row = Row(source.name, received.number, received.raw)
    cells = received.cells
    if len(cells) > len(header) and any(map(_cell_text, cells[len(header) :])):
        yield row.rejection("", f"{len(cells)} cells stand under {len(header)} columns")
        return
    if is_simple_export(header):
        values = dict(zip(map(folded, header), map(_cell_text, cells), strict=False))
        item: ParsedNotice | RowError = simple_notice(values, row)
    else:
        given = {
            field: cells[column] if column < len(cells) else None
            for field, column in columns.items()
        }
        names = {field: str(header[column]) for field, column in columns.items()}
        item = _notice(given, names, row)
    yield from row.errors
    yield item


def _notice(
    given: dict[str, Any], names: dict[str, str], row: Row
) -> ParsedNotice | RowError:
    text = _cell_text(given["reference"])
    row.reference = canonical_reference(text)
    if row.reference is None:
        return row.rejection(
            names["reference"],
            f"“{storable(text[:60])}” is not a notice number such as 2023/28245"
            if text
            else "The notice number is missing",
        )
    if "birth" in given:
        birth = _birth(given["birth"])
        if birth is None:
            return row.rejection(
                names["birth"],
                f"“{storable(_cell_text(given['birth'])[:40])}” can be read in more "
                "than one way; write 1979-03-14",
            )
        row.birth(names["birth"], birth)
    for field in ("family_name", "forename", "birth_place", "distinguishing_marks"):
        if field in given:
            row.text(field, names[field], _cell_text(given[field]))
    if "sex" in given:
        sex = _cell_text(given["sex"])
        row.sex(names["sex"], _GENDERS.get(sex.casefold(), sex))
    if "birth_country" in given:
        row.code(
            "birth_country", names["birth_country"], _cell_text(given["birth_country"])
        )
    for field, known in _CODE_LISTS.items():
        if field in given:
            row.codes(field, names[field], _codes(given[field]), known)
    for field, low, high, unit in (
        ("height_m", "0.3", "2.6", "m"),
        ("weight_kg", "1", "500", "kg"),
    ):
        if field in given:
            value = given[field]
            value = value if isinstance(value, int | float) else _cell_text(value)
            row.number_of(field, names[field], value, low=low, high=high, unit=unit)
    warrants, is_partial = _warrants(given, names, row)
    return ParsedNotice(
        reference=row.reference,
        kind="red",
        detail=DetailLevel.TABLE,
        carried=row.carried,
        warrants=warrants,
        partial_warrants=is_partial,
        source=row.source,
        row=row.number,
        raw=row.raw,
        unmapped=tuple(row.unmapped),
    )


def _warrants(
    given: dict[str, Any], names: dict[str, str], row: Row
) -> tuple[tuple[ParsedWarrant, ...] | None, bool]:
    if "warrants" in given:
        text = _cell_text(given["warrants"])
        if not text:
            return (), False
        return read_warrants(_literal(text), row, names["warrants"])
    if "charge" not in given and "issuer" not in given:
        return None, False
    before = len(row.errors)
    issuer = row.as_code(
        names.get("issuer", "issuer"), _cell_text(given.get("issuer")) or None
    )
    charge = row.charge(
        _cell_text(given.get("charge")),
        _cell_text(given.get("translation")),
        TRANSLATOR,
        names.get("charge", "charge"),
    )
    issuer = issuer if isinstance(issuer, str) else None
    if issuer is None and charge is None:
        return ((), False) if len(row.errors) == before else (None, False)
    return (ParsedWarrant(issuer, (charge,) if charge else ()),), False


def _birth(value: Any) -> str | None:
    """Return a date that has one meaning, "" for none, None for an ambiguous one."""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    text = _MIDNIGHT.sub("", _cell_text(value))
    if dotted := _DOTTED.fullmatch(text):
        return "-".join(part for part in dotted.groups() if part)
    found = _TWO_WAYS.fullmatch(text)
    if found is None:
        return text
    first, second, year = int(found[1]), int(found[2]), found[3]
    if len(year) == 2:
        return None
    if first > 12 and 1 <= second <= 12:
        day, month = first, second
    elif second > 12 and 1 <= first <= 12:
        day, month = second, first
    elif first == second and first >= 1:
        day = month = first
    else:
        return None
    return f"{year}-{month:02d}-{day:02d}"


def _codes(value: Any) -> list[Any] | None:
    text = _cell_text(value)
    if not text:
        return None
    literal = _literal(text) if text[0] in "[(" else None
    if isinstance(literal, list | tuple):
        return list(literal) or None
    return split_codes(text)


def _literal(text: str) -> Any:
    """Return a list written as JSON or as Python prints it; else the text itself."""
    if len(text) <= _LONGEST_LITERAL:
        for parse in (json.loads, ast.literal_eval):
            try:
                return parse(text)
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
    return text


def _cell_text(value: Any) -> str:
    """Return a cell as text; numbers without a spreadsheet's `.0`."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

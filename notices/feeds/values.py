"""Single values out of a row: trimmed, checked, never guessed.

A value that cannot be read leaves its field out of the notice and is reported; what is
stored before stays. Text with letters that no database holds (NUL, lone halves of
surrogate pairs) is kept with `�` in their place and reported too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from notices.feeds.codes import EUROPEAN_UNION, SEXES
from notices.feeds.json_values import Ambiguous, NotANumber
from notices.feeds.parsed import RAW_SHOWN, ParsedCharge, RowError, Value
from notices.partial_dates import parse_partial_date

REFERENCE = re.compile(r"\s*(\d{4})[/-](\d{1,12})\s*", re.ASCII)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What sources write when they have nothing to say.
_BLANK = frozenset({"", "-", "–", "—"})
_SILENT = frozenset({"n/a", "#n/a"})
_NUMBER = re.compile(r"\d{1,4}([.,]\d{1,6})?", re.ASCII)
_CODE_LENGTH = 128
_MOST_CODES = 100
LENGTHS = {
    "family_name": 300,
    "forename": 300,
    "birth_date_received": 100,
    "birth_place": 500,
    "distinguishing_marks": 20_000,
    "charge": 100_000,
    "translation": 100_000,
}
_MISSING: Any = object()


def storable(text: str) -> str:
    """Return `text` with `�` where a letter cannot be stored."""
    return UNSTORABLE.sub("\ufffd", text)


def canonical_reference(text: str) -> str | None:
    """Return `2023/28245` for `2023/28245` or `2023-28245`, None for anything else."""
    found = REFERENCE.fullmatch(text)
    return f"{found[1]}/{found[2]}" if found else None


@dataclass(slots=True)
class Row:
    """One row being read; collects what is carried, what is wrong and odd codes."""

    source: str
    number: int
    raw: str
    reference: str | None = None
    carried: dict[str, Value] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.raw = storable(self.raw)

    def report(self, name: str, reason: str) -> None:
        """Note that field `name` could not be taken as it is; the notice stays."""
        self.errors.append(self._error(name, reason, is_rejection=False))

    def rejection(
        self, name: str, reason: str, *, is_foreign: bool = False
    ) -> RowError:
        """Return the error that refuses this row."""
        return self._error(name, reason, is_rejection=True, is_foreign=is_foreign)

    def _error(
        self, name: str, reason: str, *, is_rejection: bool, is_foreign: bool = False
    ) -> RowError:
        return RowError(
            self.source,
            self.number,
            name,
            reason,
            self.raw[:RAW_SHOWN],
            is_rejection,
            self.reference,
            is_foreign,
        )

    # Each reader below takes the source's own key and value; `target` is our field.

    def text(self, target: str, key: str, value: Any) -> None:
        if (text := self.as_text(key, value, LENGTHS[target])) is not _MISSING:
            self.carried[target] = text

    def as_text(self, key: str, value: Any, longest: int) -> Any:
        """Return trimmed text or None; `_MISSING` after a report."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.report(key, f"{kind_of(value)} stands where a text belongs")
            return _MISSING
        text = value.strip()
        if text in _BLANK:
            return None
        if text.lower() in _SILENT:
            return _MISSING
        if UNSTORABLE.search(text):
            self.report(key, "Holds characters that are no text; they read � now")
            text = storable(text)
        if len(text) > longest:
            self.report(
                key,
                f"Longer than {longest:,} characters: only the beginning is kept "
                "here, all of it in what was received",
            )
            text = text[:longest]
        return text

    def number_of(
        self, target: str, key: str, value: Any, *, low: str, high: str, unit: str
    ) -> None:
        """Take a measure; 0 means unknown. `low` and `high` bound what is believed."""
        if value is None:
            self.carried[target] = None
            return
        if isinstance(value, str):
            text = value.strip().removesuffix(unit).rstrip()
            if text in _BLANK:
                self.carried[target] = None
                return
            if text.lower() in _SILENT:
                return
            number = (
                _decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
            )
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = _decimal(repr(value))
        else:
            number = None
        if number is None:
            self.report(key, f"{kind_of(value)} stands where a number belongs")
        elif number == 0:
            self.carried[target] = None
        elif not Decimal(low) <= number <= Decimal(high):
            self.report(
                key, f"{str(number)[:40]} is not between {low} and {high} {unit}"
            )
        else:
            places = Decimal("0.01") if target == "height_m" else Decimal("0.1")
            self.carried[target] = number.quantize(places)

    def birth(self, key: str, value: Any) -> None:
        """Take a birth date of known precision, and the text as it was received."""
        text = self.as_text(key, value, LENGTHS["birth_date_received"])
        if text is _MISSING:
            return
        self.carried["birth_date"] = None
        self.carried["birth_date_received"] = text
        if text is None:
            return
        try:
            self.carried["birth_date"] = str(parse_partial_date(text))
        except ValueError as error:
            self.report(key, f"{error}; kept as received")

    def sex(self, key: str, value: Any) -> None:
        text = self.as_text(key, value, _CODE_LENGTH)
        if text is _MISSING:
            return
        code = None if text is None else text.upper()
        if code is not None and code not in SEXES:
            self.unmapped.append(code)
            if len(code) > 1:
                self.report(key, f"“{code[:40]}” is not M, F or U")
                return
        self.carried["sex"] = code

    def code(self, target: str, key: str, value: Any) -> None:
        if (code := self.as_code(key, value)) is not _MISSING:
            self.carried[target] = code

    def as_code(self, key: str, value: Any, longest: int = _CODE_LENGTH) -> Any:
        """Return a code in capitals or None; `_MISSING` after a report."""
        text = self.as_text(key, value, 1_000)
        if text is None or text is _MISSING:
            return text
        if len(text) > longest:
            self.report(key, f"“{text[:40]}…” is too long for a code")
            return _MISSING
        return text.upper()

    def codes(
        self, target: str, key: str, value: Any, known: frozenset[str] | None = None
    ) -> None:
        """Take a list of codes without repeats. With `known`, count the others."""
        if isinstance(value, str) and value.strip().lower() in _SILENT:
            return
        if value is None or (isinstance(value, str) and value.strip() in _BLANK):
            self.carried[target] = None
            return
        if not isinstance(value, list | tuple):
            self.report(key, f"{kind_of(value)} stands where a list belongs")
            return
        if len(value) > _MOST_CODES:
            self.report(key, f"{len(value):,} codes; the first {_MOST_CODES} are kept")
        longest = _CODE_LENGTH if known is None else 16
        found: list[str] = []
        for one in value[:_MOST_CODES]:
            code = self.as_code(key, one, longest)
            if code is _MISSING or code is None or code in found:
                continue
            found.append(code)
            if known is not None and code not in known:
                self.unmapped.append(code)
        if found or not value:
            self.carried[target] = tuple(found) or None

    def charge(
        self, text: Any, translation: Any, translator: str | None, key: str = "charge"
    ) -> ParsedCharge | None:
        """Return one charge, or None where neither text nor translation says one."""
        original = self.as_text(key, text, LENGTHS["charge"])
        translated = self.as_text(
            f"{key}_translation", translation, LENGTHS["translation"]
        )
        original = None if original is _MISSING else original
        translated = None if translated is _MISSING else translated
        if original is None:
            return None if translated is None else ParsedCharge(translated)
        return ParsedCharge(
            original,
            translation=translated,
            translator=translator if translated else None,
        )


def is_missing(value: Any) -> bool:
    """Tell whether a reader of `Row` had to leave a value out."""
    return value is _MISSING


def field_of(record: Mapping[str, Any], key: str, row: Row) -> Any:
    """Return `record[key]`, or `_MISSING` where it is absent or given twice."""
    if isinstance(record, Ambiguous) and key in record.repeated:
        row.report(key, "Given twice with different values")
        return _MISSING
    return record.get(key, _MISSING)


def split_codes(text: str) -> list[str]:
    """Return the codes of a cell such as `RU; UA`; the EU's comma list is one code."""
    if text.replace(" ", "").upper() == EUROPEAN_UNION:
        return [EUROPEAN_UNION]
    return [part.strip() for part in re.split(r"[;|,]", text) if part.strip()]


def kind_of(value: Any) -> str:
    """Return what a JSON value is, in words that begin a sentence."""
    match value:
        case bool():
            return "A yes or no"
        case NotANumber():
            return f"“{value.text}”"
        case int() | float():
            return "A number"
        case str():
            return "A text"
        case list() | tuple():
            return "A list"
        case dict():
            return "An object"
        case None:
            return "Nothing"
    return "Something else"


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10_000 else None

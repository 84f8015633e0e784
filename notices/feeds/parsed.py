"""What a feed's parser gives: plain values, no database and no web request.

A parser turns one file into a stream of `ParsedNotice`, `RowError` and `Gap`. Every row
of the file comes out as exactly one notice or one rejecting `RowError`; remarks about
single fields (`is_rejection` false) and gaps come beside them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from notices.feeds.encoding import Encoding

Value = str | Decimal | tuple[str, ...] | None

# Fields of a notice that a source may speak about, in the order people read them.
FIELDS = (
    "family_name",
    "forename",
    "birth_date",
    "birth_date_received",
    "sex",
    "nationalities",
    "birth_country",
    "birth_place",
    "height_m",
    "weight_kg",
    "eye_colours",
    "hair_colours",
    "languages",
    "distinguishing_marks",
)
LIST_FIELDS = ("nationalities", "eye_colours", "hair_colours", "languages")
# How much of a refused row is kept beside the reason; the whole file is kept anyway.
RAW_SHOWN = 4_000


class DetailLevel(IntEnum):
    """How much a source says; the numbers are those of `notices.choices.Detail`."""

    LIST_ROW = 1
    TABLE = 2
    NESTED = 3
    FULL = 4


@dataclass(frozen=True, slots=True)
class ParsedCharge:
    """A charge as received; `language` is ISO 639-1 where the source states it."""

    text: str
    language: str | None = None
    translation: str | None = None
    translator: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedWarrant:
    """One issuing country's basis; `issuer` is a code, None where none is stated."""

    issuer: str | None
    charges: tuple[ParsedCharge, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedNotice:
    """One notice as one source states it.

    `carried` holds only the fields that the source speaks about: a key with None says
    "the source states nothing here", a missing key says nothing at all. `warrants` is
    None when the source is silent about them. `merged_warrants` is true when the source
    no longer tells which country wrote which charge, `partial_warrants` when some could
    not be read, so that one that is missing here may still exist. `unmapped` are the
    codes of this row that no code list knows; those of countries are looked up when
    they are stored.
    """

    reference: str
    kind: str
    detail: DetailLevel
    carried: Mapping[str, Value]
    warrants: tuple[ParsedWarrant, ...] | None
    source: str
    row: int
    raw: str
    merged_warrants: bool = False
    partial_warrants: bool = False
    unmapped: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that is refused, or a field of it that is left out, and why.

    `reference` is set when the row still tells which notice it is about, so that the
    notice is not taken for absent. `is_foreign` marks rows that are not of this feed's
    kind and hide nothing.
    """

    source: str
    row: int | None
    field: str
    reason: str
    raw: str = ""
    is_rejection: bool = True
    reference: str | None = None
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the input lacks although it should not: no absence is judged."""

    reason: str


Item = ParsedNotice | RowError | Gap


@dataclass(slots=True)
class Source:
    """One file of a run: where it lies, what people call it, how far it is read."""

    path: Path
    name: str
    size: int
    position: int = 0
    # Found out once, by `notices.feeds.encoding`.
    encoding: "Encoding | None" = None


class RefusedFileError(Exception):
    """The whole file cannot be read; the message is one plain sentence for people."""


class Adapter(Protocol):
    """Reads the files of one run that have one format."""

    slug: str

    def items(self, source: Source) -> Iterator[Item]:
        """Yield what `source` holds, in its order.

        Raises RefusedFileError when nothing in it can be read.
        """
        ...

    def gaps(self) -> Sequence[Gap]:
        """Return what is missing over all files read so far."""
        ...

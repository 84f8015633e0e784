"""The last look before a copy leaves: does it hold what its profile leaves out?

The finished bytes are read again and searched, text and metadata. Short terms such as
names count as whole words; long texts are compared without their line breaks.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pypdfium2

from cases.choices import ExportFormat
from cases.exports.document import CaseDocument
from cases.exports.places import place_of, strings_in

# From this many letters on, a text is one that nobody writes twice by chance.
LONG = 24
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Withheld:
    """A text that must not be in the copy, and what it is, in words."""

    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A withheld text that was found, and where it comes from."""

    what: str
    place: str


def text_of(content: bytes, export_format: str) -> str:
    """Return all text that a reader or a program can take out of the copy."""
    if export_format != ExportFormat.PDF:
        return "\n".join(text for _, text in strings_in(json.loads(content)))
    with pypdfium2.PdfDocument(content) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
        return "\n".join([*pages, *pdf.get_metadata_dict().values()])


def leftovers(
    *,
    content: bytes,
    export_format: str,
    document: CaseDocument,
    withheld: Iterable[Withheld],
) -> list[Leftover]:
    """Return each withheld text that the finished copy holds, and its place."""
    haystack = _Searched(text_of(content, export_format))
    found = [term for term in withheld if haystack.holds(term.text)]
    return [Leftover(term.what, _place_of(term.text, document)) for term in found]


class _Searched:
    """A text prepared for both kinds of search."""

    def __init__(self, text: str) -> None:
        self.words = _words(text)
        self.tight = _tight(text)

    def holds(self, term: str) -> bool:
        tight = _tight(term)
        if len(tight) >= LONG:
            return tight in self.tight
        if len(tight) < _SHORTEST:
            return False
        return bool(re.search(rf"(?<!\w){re.escape(_words(term))}(?!\w)", self.words))


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _tight(text: str) -> str:
    return "".join(text.casefold().split())


def _place_of(term: str, document: CaseDocument) -> str:
    for path, text in strings_in(asdict(document)):
        if _Searched(text).holds(term):
            return place_of(path)
    return "more than one entry"

"""A case file as a tagged (PDF/UA-1), archival (PDF/A-2a) and bookmarked PDF.

Typst sets the page; nothing from outside ever becomes markup: the whole document goes
in as one JSON value and the template only places strings. The root holds the template
and nothing else, there is no network and no font but the vendored ones.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import typst

from cases.exports.document import CaseDocument
from cases.exports.letters import (
    FAMILIES,
    FONT_FOLDER,
    printable,
    runs_right_to_left,
)
from cases.exports.places import Path as Place
from cases.exports.places import place_of

TEMPLATE_FOLDER = Path(__file__).parent / "typst"
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class RenderError(Exception):
    """The PDF could not be made; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Letters that no font of the export has: where they stood and which they were."""

    place: str
    letters: str
    count: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished file: its bytes, pages and what could not be printed."""

    content: bytes
    pages: int | None
    replaced: tuple[Replaced, ...]


def render(document: CaseDocument) -> Rendered:
    """Set `document` as a PDF: same document, same bytes.

    Raises `RenderError` if the typesetting fails, which no text in the document should
    be able to cause.
    """
    replaced: list[Replaced] = []
    data = _settable(asdict(document), (), replaced)
    moment = document.generated_at.astimezone(UTC)
    data["moment"] = moment.strftime("%Y-%m-%d-%H-%M-%S")
    data["replaced"] = [asdict(one) for one in replaced]
    data["families"] = list(FAMILIES)
    compiler = typst.Compiler(
        TEMPLATE_FOLDER / "case.typ",
        root=TEMPLATE_FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
    )
    try:
        content = compiler.compile(
            format="pdf", pdf_standards=STANDARDS, timestamp=int(moment.timestamp())
        )
        pages = json.loads(compiler.query("<pages>", field="value", one=True))
    except typst.TypstError as error:
        raise RenderError(f"The pages could not be set: {error.message}") from error
    if not isinstance(content, bytes):
        raise RenderError("The pages could not be set: nothing came out.")
    return Rendered(content, pages, tuple(replaced))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FONT_FOLDER],
    )


def _settable(value: Any, path: Place, replaced: list[Replaced]) -> Any:
    """Copy `value` with every string made printable; outside text gets a direction."""
    if isinstance(value, str):
        shown, lost = printable(value)
        if lost:
            replaced.append(Replaced(place_of(path), lost.in_words, lost.count))
        return shown
    if isinstance(value, dict):
        copy = {
            key: _settable(inner, (*path, key), replaced)
            for key, inner in value.items()
        }
        if copy.keys() == {"value", "lang"}:
            copy["rtl"] = runs_right_to_left(copy["value"])
            if not _LANGUAGE.fullmatch(copy["lang"]):
                copy["lang"] = ""
        return copy
    if isinstance(value, list | tuple):
        return [
            _settable(inner, (*path, at), replaced) for at, inner in enumerate(value)
        ]
    return value if value is None or isinstance(value, bool | int) else str(value)

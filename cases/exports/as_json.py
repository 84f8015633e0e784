"""A case file as JSON: the same document as the PDF, for other programs."""

import json
from dataclasses import asdict
from datetime import datetime

from cases.exports.document import CaseDocument
from cases.exports.pdf import Rendered


def render_json(document: CaseDocument) -> Rendered:
    """Return UTF-8 JSON; every letter is kept as it is. Same document, same bytes."""
    text = json.dumps(
        asdict(document), ensure_ascii=False, indent=2, sort_keys=True, default=_plain
    )
    return Rendered(text.encode("utf-8", "replace") + b"\n", None, ())


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")

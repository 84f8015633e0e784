"""What a notice says, as plain JSON values: the shape of `NoticeVersion.values`.

`{field: value, …, "warrants": [{"issuer", "charges": [{"text", "language",
"translation", "translator"}]}]}`. Pure.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from notices.feeds.parsed import FIELDS, ParsedNotice, ParsedWarrant

Values = dict[str, Any]


def values_of(parsed: ParsedNotice) -> Values:
    """Return every field that the source speaks about; warrants where it names any."""
    values: Values = {
        name: _plain(parsed.carried[name]) for name in FIELDS if name in parsed.carried
    }
    if parsed.warrants is not None:
        values["warrants"] = [_warrant(one) for one in parsed.warrants]
    return values


def merged(known: Mapping[str, Any], known_detail: int, parsed: ParsedNotice) -> Values:
    """Return `known` with what `parsed` adds.

    A source with as much detail replaces what it speaks about. One with less only fills
    what is empty, so a list page never wipes out a charge.
    """
    values = dict(known)
    replaces = parsed.detail >= known_detail
    for name, value in values_of(parsed).items():
        if name == "warrants" and parsed.partial_warrants and values.get(name):
            # A warrant that could not be read is not one that was taken back.
            continue
        if replaces or values.get(name) in (None, []):
            values[name] = value
    return values


def hash_of(values: Mapping[str, Any], detail: int) -> str:
    """Return a hash that changes exactly when what the source says changes."""
    body = orjson.dumps([detail, values], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()


def _warrant(warrant: ParsedWarrant) -> Values:
    return {
        "issuer": warrant.issuer,
        "charges": [
            {
                "text": charge.text,
                "language": charge.language,
                "translation": charge.translation,
                "translator": charge.translator,
            }
            for charge in warrant.charges
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value

"""Canonical JSON: one text for one value, so that its hash means something.

A subset of RFC 8785 (JSON Canonicalization Scheme): objects with ASCII keys in sorted
order, arrays, strings, whole numbers that a double holds exactly, true, false and null;
no spaces, UTF-8 unescaped. What could be written in two ways is refused.
"""

import json
from collections.abc import Mapping
from typing import Any

# The whole numbers that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3).
MAX_SAFE_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no single canonical text; the message says where and why."""


def canonical(value: Any) -> str:
    """Return the canonical text of a JSON value.

    Raises `NotCanonical` for floats, numbers beyond 2^53, NUL, lone surrogates, keys
    that are not ASCII text, and anything that JSON does not know.
    """
    _check(value, "$")
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def _check(value: Any, where: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"{where}: {value} does not fit into a JSON number")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"{where}: the key {key!r} is not ASCII text")
            _check_text(key, where)
            _check(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{where}[{index}]")
    else:
        raise NotCanonical(f"{where}: {type(value).__name__} is refused")


def _check_text(text: str, where: str) -> None:
    if "\0" in text:
        raise NotCanonical(f"{where}: text with a NUL character is refused")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical(f"{where}: text with a lone surrogate is refused") from None

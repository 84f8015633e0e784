"""JSON values out of a file one by one, with flat memory and the exact text of each.

Reads one array, one object, JSON lines, or several of these after each other. A value
that is not sound is given as `Broken` and reading goes on behind it: at the bracket
that closes it or, where brackets do not match, at the next line that starts like it.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from notices.feeds.encoding import TextStream
from notices.feeds.parsed import RAW_SHOWN

# The longest value that is held in memory, in characters.
LONGEST = 8 * 1024 * 1024
_SPACE = re.compile(r"[\s,\x00\ufeff]*")
_STRUCTURE = re.compile(r'["{}\[\],\n]')
_IN_STRING = re.compile(r'["\\\n]')


class Ambiguous(dict[str, Any]):
    """An object that names a key more than once with different values."""

    repeated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NotANumber:
    """`NaN`, `Infinity` or a number too long to be one: not JSON, but seen in files."""

    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A value and its exact text."""

    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that could not be read. `row` is None for the file as a whole."""

    reason: str
    text: str
    row: int | None
    is_cut: bool = False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: dict[str, Any] = {}
    repeated = {k for k, v in pairs if not _same(seen.setdefault(k, v), v)}
    if not repeated:
        return made
    ambiguous = Ambiguous(made)
    ambiguous.repeated = frozenset(repeated)
    return ambiguous


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and one == other)


def _integer(text: str) -> int | NotANumber:
    return int(text) if len(text) <= 18 else NotANumber(text[:40])


def _number(text: str) -> float | NotANumber:
    value = float(text)
    return value if math.isfinite(value) else NotANumber(text[:40])


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=NotANumber,
    # A line break or tab within a text is wrong JSON, but it harms nobody.
    strict=False,
)


def element_texts(text: str, key: str, elements: list[Any]) -> list[str]:
    """Return the exact text of each of the `elements` that `text` lists under `key`.

    An element whose text cannot be made out is written anew.
    """
    found: list[str] = []
    place = text.find(f'"{key}"')
    at = text.find("[", place) + 1 if place >= 0 else 0
    for element in elements:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        try:
            value, end = _DECODER.raw_decode(text, at) if at else (None, 0)
        except ValueError:
            value, end = None, 0
        if not end or value != element:
            found.append(json.dumps(element, ensure_ascii=False, default=str))
            at = 0
            continue
        found.append(text[at:end])
        at = end
    return found


class JsonValues:
    """Iterates over the values of one stream."""

    def __init__(self, stream: TextStream) -> None:
        self._stream = stream
        self._pieces = stream.pieces()
        self._text = ""
        self._at = 0
        # Bytes of the file before the start of `_text`.
        self._before = stream.encoding.mark
        self._ended = False
        self._row = 0
        # White space between the last line break and the value.
        self._indent: str | None = None
        # The same for the list that the value stands in.
        self._array_indent: str | None = None

    def __iter__(self) -> Iterator[Found | Broken]:
        in_array = False
        while True:
            if not self._skip_space():
                if in_array:
                    yield Broken(
                        f"The file ends at byte {self._offset():,} before its list is "
                        "closed: it was cut off",
                        "",
                        None,
                        is_cut=True,
                    )
                elif self._stream.is_cut:
                    yield Broken("The file ends within a letter", "", None, is_cut=True)
                return
            char = self._text[self._at]
            if char == "[" and not in_array:
                in_array = True
                self._at += 1
                self._array_indent = self._indent
                continue
            if char == "]" and in_array:
                in_array = False
                self._at += 1
                continue
            self._row += 1
            item = self._value(in_array=in_array)
            yield item
            if isinstance(item, Broken) and item.is_cut:
                return

    def _offset(self) -> int:
        return self._before + self._stream.encoding.length(self._text[: self._at])

    def _fill(self) -> bool:
        """Drop what is behind, take in another piece; False at the end of the file."""
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
            return False
        self._before = self._offset()
        self._text = self._text[self._at :] + piece
        self._at = 0
        return True

    def _skip_space(self) -> bool:
        """Move to the next value; False when there is none."""
        line_start: str | None = "" if not self._row else None
        while True:
            found = _SPACE.match(self._text, self._at)
            space = found.group() if found else ""
            if "\n" in space:
                line_start = space.rpartition("\n")[2]
            elif line_start is not None:
                line_start += space
            self._at += len(space)
            if self._at < len(self._text):
                self._indent = line_start if not (line_start or "").strip() else None
                return True
            if not self._fill():
                return False

    def _value(self, *, in_array: bool) -> Found | Broken:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                reason = f"Not valid JSON: {error.msg.lower()}"
                place: int | None = error.pos
                # Far from the end of what is loaded, more text cannot mend it.
                final = error.pos < len(self._text) - 16 and not error.msg.startswith(
                    "Unterminated"
                )
            except RecursionError:
                reason, place, final = "Lists are nested too deeply", None, True
            except ValueError:
                reason, place, final = "A number is too long", None, True
            else:
                if end < len(self._text) or not self._fill():
                    return self._found(value, end)
                continue
            if not final and len(self._text) - self._at <= LONGEST and self._fill():
                continue
            if len(self._text) - self._at > LONGEST:
                reason = f"Longer than {LONGEST // 1024**2} MB"
            elif place is not None:
                place_in_file = self._before + self._stream.encoding.length(
                    self._text[:place]
                )
                reason = f"{reason} at byte {place_in_file:,}"
            return self._broken(reason, in_array=in_array)

    def _found(self, value: Any, end: int) -> Found | Broken:
        text = self._text[self._at : end]
        if len(text) > LONGEST:
            self._at = end
            reason = f"Longer than {LONGEST // 1024**2} MB"
            return Broken(reason, text[:RAW_SHOWN], self._row)
        found = Found(value, text)
        self._at = end
        return found

    def _broken(self, reason: str, *, in_array: bool) -> Broken:
        """Skip the value that could not be read."""
        start = self._offset()
        sample = self._text[self._at : self._at + RAW_SHOWN]
        if self._skip_value(in_array=in_array):
            return Broken(
                f"{reason} (the row starts at byte {start:,})", sample, self._row
            )
        return Broken(
            f"The row starts at byte {start:,} and is cut off: the file ends at byte "
            f"{self._offset():,}",
            sample,
            self._row,
            is_cut=True,
        )

    def _skip_value(self, *, in_array: bool) -> bool:
        """Move behind a broken value; False when the file ends within it."""
        depth = 0
        in_string = False
        indent = self._array_indent if self._indent is None else self._indent
        marker = None if indent is None else indent + "{"
        while True:
            pattern = _IN_STRING if in_string else _STRUCTURE
            found = pattern.search(self._text, self._at)
            if found is None:
                self._at = len(self._text)
                if not self._fill():
                    # Bare words at the end are broken, not cut.
                    return depth == 0 and not in_string
                continue
            char = found.group()
            if char in ",]" and depth == 0:
                # A bare word: the comma or bracket belongs to the list.
                self._at = found.start() + (char == "]" and not in_array)
                return True
            self._at = found.end()
            if char == "\\":
                self._need(1)
                self._at += 1
            elif char == "\n":
                in_string = False
                if depth == 0 and not in_array:
                    return True
                if marker is not None and self._begins_with(marker):
                    return True
            elif char == '"':
                in_string = not in_string
            elif char in "{[":
                depth += 1
            elif char in "}]":
                depth -= 1
                if depth <= 0:
                    return True

    def _begins_with(self, marker: str) -> bool:
        return self._need(len(marker)) and self._text.startswith(marker, self._at)

    def _need(self, count: int) -> bool:
        while len(self._text) - self._at < count:
            if not self._fill():
                return False
        return True

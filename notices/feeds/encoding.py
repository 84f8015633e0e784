"""Text out of bytes whose encoding nobody told us, in constant memory.

UTF-8 (with or without a byte order mark) and UTF-16 are recognised for certain. Files
that are not UTF-8 are read as Windows-1251 or Windows-1252, whichever their letters
suit, and the choice is named in the report. Single broken bytes in an otherwise sound
UTF-8 file come through as lone surrogates, which the field readers report and replace.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from notices.feeds.parsed import Source

CHUNK = 256 * 1024
_ESCAPED = re.compile("[\udc80-\udcff]")
_LINE_END = re.compile(r"\r\n|\n|\r")
# Runs of letters in the upper half: Cyrillic words are nothing else, while accented
# Latin letters mostly stand alone.
_HIGH_RUN = re.compile(rb"[\xc0-\xff\xa8\xb8]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec, how many bytes of mark to skip, and a remark for the report or ""."""

    codec: str
    mark: int = 0
    remark: str = ""

    @property
    def errors(self) -> str:
        return "surrogatepass" if self.codec.startswith("utf-16") else "surrogateescape"

    def length(self, text: str) -> int:
        """Return how many bytes `text` took in the file."""
        if text.isascii() and self.codec == "utf-8":
            return len(text)
        return len(text.encode(self.codec, self.errors))


def detect(source: Source) -> Encoding:
    """Return the encoding of a file; reads it through once unless it bears a mark."""
    if source.encoding is None:
        source.encoding = _detect(source)
    return source.encoding


def _detect(source: Source) -> Encoding:
    with source.path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(codecs.BOM_UTF8):
            return Encoding("utf-8", mark=3)
        if head.startswith(codecs.BOM_UTF16_LE):
            return Encoding("utf-16-le", mark=2)
        if head.startswith(codecs.BOM_UTF16_BE):
            return Encoding("utf-16-be", mark=2)
        # Without a mark, the zero halves of ASCII letters give UTF-16 away.
        if len(head) > 3 and head[1::2].count(0) > len(head) * 0.2 > head[::2].count(0):
            return Encoding("utf-16-le")
        if len(head) > 3 and head[::2].count(0) > len(head) * 0.2 > head[1::2].count(0):
            return Encoding("utf-16-be")
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        sound = broken = 0
        sample = b""
        while chunk := file.read(CHUNK):
            if chunk.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(chunk)
            found = len(_ESCAPED.findall(text))
            broken += found
            sound += len(text) - len(text.encode("ascii", "ignore")) - found
            if len(sample) < 4 * CHUNK:
                sample += chunk
    if not broken:
        return Encoding("utf-8")
    if sound > broken:
        return Encoding(
            "utf-8", remark=f"{broken} bytes are not UTF-8; they are shown as �"
        )
    in_runs = sum(len(run) for run in _HIGH_RUN.findall(sample))
    codec, name = (
        ("cp1251", "Windows-1251 (Cyrillic)")
        if in_runs > len(_HIGH.findall(sample)) * 0.6
        else ("cp1252", "Windows-1252 (Western European)")
    )
    return Encoding(codec, remark=f"The file is not UTF-8; it was read as {name}")


class TextStream:
    """Reads a file's text piece by piece and knows how many bytes it stands for."""

    def __init__(self, source: Source, encoding: Encoding) -> None:
        self.encoding = encoding
        # The file ended within a character.
        self.is_cut = False
        self._source = source

    def pieces(self) -> Iterator[str]:
        """Yield the text in pieces of up to a quarter of a million characters."""
        decoder = codecs.getincrementaldecoder(self.encoding.codec)(
            self.encoding.errors
        )
        with self._source.path.open("rb") as file:
            file.seek(self.encoding.mark)
            while chunk := file.read(CHUNK):
                self._source.position = file.tell()
                if text := decoder.decode(chunk):
                    yield text
        self.is_cut = bool(decoder.getstate()[0])

    def lines(self, limit: int) -> Iterator[str]:
        """Yield lines with their ends; longer ones come in pieces of over `limit`."""
        rest = ""
        for piece in self.pieces():
            # A carriage return at the edge may be half of a line end.
            text, rest = rest + piece, ""
            end = 0
            for found in _LINE_END.finditer(text, 0, len(text) - text.endswith("\r")):
                yield text[end : found.end()]
                end = found.end()
            rest = text[end:]
            if len(rest) > limit:
                yield rest
                rest = ""
        if rest:
            yield rest

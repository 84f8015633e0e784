"""What a file is, from its first bytes."""

import zipfile
from pathlib import Path

from notices.feeds.columns import columns_of
from notices.feeds.csv_rows import DELIMITERS
from notices.feeds.encoding import TextStream, detect
from notices.feeds.parsed import RefusedFileError, Source

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_PACKED = {
    b"\x1f\x8b": "a GZIP archive",
    b"BZh": "a BZIP2 archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_LOOK = 64 * 1024
_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_TEXTS = {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"}
# What every workbook holds: of Office, of OpenDocument.
_PARTS = {"[Content_Types].xml", "content.xml"}
_MOST_PARTS = 1000


def is_workbook(source: Source) -> bool:
    """Tell whether the file is a ZIP archive or an old Office file."""
    with source.path.open("rb") as file:
        return file.read(4).startswith((_ZIP, _OLD_WORKBOOK))


def sniff(source: Source) -> str:
    """Return the slug of the adapter that reads the file.

    Raises RefusedFileError, in one plain sentence, for files that no adapter reads.
    """
    with source.path.open("rb") as file:
        head = file.read(8)
    for mark, name in _PACKED.items():
        if head.startswith(mark):
            raise RefusedFileError(
                f"{source.name} is {name}, not notice data: unpack it or choose "
                "another file."
            )
    if is_workbook(source):
        return "table"
    text = start_of(source)
    if text[0] in "{[":
        return "opensanctions" if _is_entity(text) else "interpol"
    if _is_table(text):
        return "table"
    raise RefusedFileError(
        f"{source.name} is neither JSON nor a table with a column for the notice "
        "number, such as entity_id."
    )


def check(source: Source, slug: str) -> None:
    """Raise RefusedFileError where the file cannot be what `slug` reads."""
    _check_name(source)
    if slug == "table" and is_workbook(source):
        _check_parts(source)
        return
    text = start_of(source)
    if slug != "table" and text[0] not in "{[":
        raise RefusedFileError(
            f"{source.name} is not JSON: it begins with “{_shown(text)}”."
        )


def _check_name(source: Source) -> None:
    """Raise RefusedFileError where the ending of the name contradicts the bytes."""
    # A second file of the same name ends in " (2)".
    ending = Path(source.name.partition(" (")[0]).suffix.lower()
    if ending in _WORKBOOKS | _TEXTS and (ending in _WORKBOOKS) != is_workbook(source):
        raise RefusedFileError(
            f"{source.name} is not what its name says ({ending}): save it again, or "
            "give it the name of what it is."
        )


def _check_parts(source: Source) -> None:
    """Raise RefusedFileError for an archive that is no workbook, or one that tricks."""
    if not zipfile.is_zipfile(source.path):
        return
    with zipfile.ZipFile(source.path) as archive:
        names = archive.namelist()
    strays = [name for name in names if name.startswith(("/", "\\")) or ".." in name]
    if strays or len(names) > _MOST_PARTS or not _PARTS & set(names):
        raise RefusedFileError(
            f"{source.name} is an archive and no workbook: unpack it and choose the "
            "list itself."
        )


def start_of(source: Source) -> str:
    """Return the beginning of the text without leading space.

    Raises RefusedFileError for empty files and for web pages.
    """
    if source.path.stat().st_size == 0:
        raise RefusedFileError(f"{source.name} is empty.")
    text = ""
    for piece in TextStream(source, detect(source)).pieces():
        text = (text + piece).lstrip("\ufeff\x00 \t\r\n")
        if len(text) >= _LOOK:
            break
    source.position = 0
    if not text:
        raise RefusedFileError(f"{source.name} is empty.")
    if text.startswith("<"):
        raise RefusedFileError(
            f"{source.name} is a web page or XML, not notice data: perhaps the site "
            "answered with an error page. Save the data again."
        )
    return text[:_LOOK]


def _is_entity(text: str) -> bool:
    known = text.find('"entity_id"')
    places = [
        place for name in ('"schema"', '"referents"') if (place := text.find(name)) >= 0
    ]
    return bool(places) and (known < 0 or min(places) < known)


def _is_table(text: str) -> bool:
    return any(
        "reference" in columns_of([cell.strip(' "') for cell in line.split(mark)])
        for line in text.splitlines()[:10]
        for mark in DELIMITERS
    )


def _shown(text: str) -> str:
    first = text.splitlines()[0]
    return "".join(char if char.isprintable() else "�" for char in first[:40])

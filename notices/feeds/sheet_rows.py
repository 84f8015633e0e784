"""Rows of a workbook: XLSX, XLS or ODS. Dates come as dates, nothing is guessed."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from notices.feeds.csv_rows import TableRow
from notices.feeds.parsed import RefusedFileError, Source

# A workbook is a ZIP archive: what it unpacks to is counted before it is opened.
LARGEST = 400 * 1024 * 1024
MOST_PACKED = 200
_BLOCK = 1024 * 1024


def sheet_rows(source: Source) -> Iterator[TableRow]:
    """Yield the rows of the first sheet that holds any, numbered as in the workbook.

    Raises RefusedFileError for archives that are no workbook, are damaged or unpack to
    too much.
    """
    if zipfile.is_zipfile(source.path):
        _check_archive(source)
    try:
        workbook = CalamineWorkbook.from_path(str(source.path))
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            if sheet.start is None:
                continue
            first = sheet.start[0] + 1
            height = max(sheet.height, 1)
            for number, cells in enumerate(sheet.iter_rows()):
                source.position = source.size * number // height
                yield TableRow(first + number, cells, _raw(cells))
            break
    except CalamineError as error:
        raise RefusedFileError(
            f"{source.name} is no workbook that can be read: save it as XLSX or CSV."
        ) from error
    source.position = source.size


def _check_archive(source: Source) -> None:
    unpacked = 0
    try:
        with zipfile.ZipFile(source.path) as archive:
            for name in archive.namelist():
                with archive.open(name) as part:
                    while block := part.read(_BLOCK):
                        unpacked += len(block)
                        if unpacked > min(LARGEST, source.size * MOST_PACKED + _BLOCK):
                            raise RefusedFileError(
                                f"{source.name} unpacks to far more than a list of "
                                "notices would: it was not opened."
                            )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise RefusedFileError(
            f"{source.name} is damaged: save or download it again."
        ) from error


def _raw(cells: Sequence[object]) -> str:
    return json.dumps(cells, ensure_ascii=False, default=_text)


def _text(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else repr(value)

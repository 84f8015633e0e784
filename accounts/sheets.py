"""Tables that people open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

# What a spreadsheet may take for a formula (OWASP, CSV injection), full-width too.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Return `text` so that a spreadsheet shows it and never reckons with it."""
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield each row as one line of CSV, every cell quoted and safe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()

"""Reads what the demo's mail catcher wrote: `.eml` files whose names sort by time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from pathlib import Path

from cases.digests.safe_text import one_line

NEWEST = 100
LARGEST = 5 * 1024 * 1024
_HEAD = 64 * 1024
_NAME = re.compile(r"^[0-9A-Za-z][0-9A-Za-z_-]{0,79}$")
SHOWN_HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One mail in the list."""

    name: str
    subject: str
    to: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail: its headers, and its text and HTML if it has them."""

    name: str
    subject: str
    headers: list[tuple[str, str]]
    text: str
    html: str


def caught_mails(folder: Path) -> list[Line]:
    """Return the newest mails, the newest first; none if nothing was ever sent."""
    if not folder.is_dir():
        return []
    paths = sorted(folder.glob("[!.]*.eml"), key=lambda path: path.name, reverse=True)
    return [_line(path) for path in paths[:NEWEST] if _NAME.match(path.stem)]


def caught_mail(folder: Path, name: str) -> Caught | None:
    """Return the mail in the file `name` (without `.eml`), None if there is none."""
    path = folder / f"{name}.eml"
    if not _NAME.match(name) or not path.is_file():
        return None
    with path.open("rb") as file:
        message = _parse(file.read(LARGEST))
    return Caught(
        name=name,
        subject=_header(message, "Subject") or "(no subject)",
        headers=[
            (header, value)
            for header in SHOWN_HEADERS
            if (value := _header(message, header))
        ],
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _line(path: Path) -> Line:
    with path.open("rb") as file:
        message = _parse(file.read(_HEAD))
    return Line(
        name=path.stem,
        subject=_header(message, "Subject") or "(no subject)",
        to=_header(message, "To"),
        at=_date(message),
    )


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _header(message: EmailMessage, name: str) -> str:
    return one_line(str(message.get(name, "")), limit=1000)


def _date(message: EmailMessage) -> datetime | None:
    try:
        date = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _part(message: EmailMessage, subtype: str) -> str:
    part: MIMEPart | None = message.get_body((subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, KeyError):  # an unknown character set
        return ""

"""How the events of one public notice read in a digest."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from cases.choices import Outcome, ReasonCode
from cases.digests.gather import FLAGGED
from cases.digests.letter import Entry, joined
from cases.digests.safe_text import one_line
from cases.models import ReviewTransition
from notices.choices import ChangeKind
from notices.countries import country_name
from notices.models import Notice, NoticeChange

# The first of these that happened to a notice heads its entry.
HEADINGS = {
    FLAGGED: "FLAG CONFIRMED",
    ChangeKind.NO_LONGER_LISTED: "NO LONGER PUBLICLY LISTED",
    ChangeKind.BACK: "LISTED AGAIN",
    ChangeKind.NEW: "NEW",
    ChangeKind.CHANGED: "CHANGED",
    ChangeKind.UNDONE: "IMPORT UNDONE",
}
Row = NoticeChange | ReviewTransition


def day(value: datetime, zone: tzinfo) -> str:
    """Return "24 Nov 2026" by the reader's calendar."""
    return date_format(timezone.localtime(value, zone), "j M Y")


def short_day(value: datetime, zone: tzinfo) -> str:
    """Return "24 Nov" by the reader's calendar."""
    return date_format(timezone.localtime(value, zone), "j M")


def notice_of(row: Row) -> Notice:
    return row.notice if isinstance(row, NoticeChange) else row.review.notice


def name_of(notice: Notice) -> str:
    """Return the name as this notice states it, not as we know it from elsewhere."""
    parts = [notice.family_name, notice.forename]
    return one_line(" ".join(part for part in parts if part)) or "Name not stated"


def entry(notice: Notice, rows: Sequence[Row], zone: tzinfo) -> Entry:
    """Return what happened to `notice`; `rows` are its events in any order."""
    kinds = {FLAGGED if isinstance(row, ReviewTransition) else row.kind for row in rows}
    heading = next(text for kind, text in HEADINGS.items() if kind in kinds)
    in_order = sorted(rows, key=lambda row: (row.at, row.pk))
    lines = (_sentence(row, zone) for row in in_order)
    return Entry(
        heading=heading,
        name=name_of(notice),
        about=joined(
            [
                f"{notice.get_kind_display()} {notice.reference or ''}".strip(),
                *(country_name(code) for code in notice.issuers),
            ]
        ),
        url=settings.BASE_URL + reverse("notice", args=[notice.key]),
        lines=tuple(dict.fromkeys(lines)),
    )


def _sentence(row: Row, zone: tzinfo) -> str:
    if isinstance(row, ReviewTransition):
        return _flag(row, zone)
    when = day(row.at, zone)
    if row.kind == ChangeKind.CHANGED:
        return f"{_difference(row)} Seen {when}."
    if row.kind == ChangeKind.NO_LONGER_LISTED:
        return f"No longer publicly listed since {when}. This is not a finding."
    if row.kind == ChangeKind.BACK:
        return f"Publicly listed again since {when}."
    if row.kind == ChangeKind.UNDONE:
        return (
            f"An import was undone on {when}: what it said of this notice, and we told "
            "you, no longer stands."
        )
    charge = one_line(row.notice.charge_summary)
    said = f"Charge: “{charge}”." if charge else "Charge not stated."
    return f"{said} First seen {when}."


def _difference(row: NoticeChange) -> str:
    field = one_line(row.field.replace("_", " "), limit=60).capitalize()
    before, after = (_quoted(value) for value in (row.before, row.after))
    return f"{field} was {before}, now {after}."


def _quoted(value: str | None) -> str:
    text = one_line(value or "")
    return f"“{text}”" if text else "not stated"


def _flag(row: ReviewTransition, zone: tzinfo) -> str:
    outcome = Outcome(row.outcome).label.lower()
    reason = ReasonCode(row.reason_code).label if row.reason_code else ""
    because = f" Main reason: {reason}." if reason else ""
    return (
        f"Two colleagues agreed on {day(row.at, zone)}: {outcome}.{because} "
        "These are indicators of misuse."
    )

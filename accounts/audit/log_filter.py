"""Which entries of the log a reader asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from accounts.audit.actions import Action
from accounts.capabilities import Capability
from accounts.models import AuditEntry, User
from accounts.validators import plain_line

PAGE = 50
_NOBODY = "nobody"


class LogFilter(forms.Form):
    """Person, action, object and time. `entries` gives what is left for `reader`."""

    person = forms.ChoiceField(required=False)
    action = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Every action"),
            *(
                (one.value, f"{one.sentence[0].upper()}{one.sentence[1:]}")
                for one in Action
            ),
        ],
    )
    object = forms.CharField(
        required=False,
        max_length=300,
        label="About",
        validators=[plain_line],
        widget=forms.TextInput(attrs={"placeholder": "Case code or name, in full"}),
    )
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data)
        self.reader = reader
        people = User.objects.all()
        if not reader.can(Capability.VERIFY_AUDIT):
            people = people.filter(pk=reader.pk)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [
            ("", "Everybody"),
            *((str(pk), name) for pk, name in people.values_list("pk", "name")),
            (_NOBODY, "Nobody signed in, or the tracker"),
        ]

    def entries(self) -> QuerySet[AuditEntry]:
        """Return the visible entries that fit, none if the form has errors."""
        entries: QuerySet[AuditEntry] = AuditEntry.objects.visible_to(self.reader)
        if not self.is_valid():
            return entries.none()
        asked = self.cleaned_data
        if asked["person"]:
            person = "" if asked["person"] == _NOBODY else asked["person"]
            entries = entries.filter(actor_id_text=person)
        if asked["action"]:
            entries = entries.filter(action=asked["action"])
        if asked["object"]:
            entries = entries.filter(label__iexact=asked["object"])
        if asked["since"]:
            entries = entries.filter(at__date__gte=asked["since"])
        if asked["until"]:
            entries = entries.filter(at__date__lte=asked["until"])
        return entries

    def query(self) -> dict[str, str]:
        """Return what was asked for, as an address keeps it."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; `older` and `newer` are the times to page from."""

    entries: list[AuditEntry]
    older: str | None
    newer: str | None


def page_of(entries: QuerySet[AuditEntry], *, before: str, after: str) -> Page:
    """Return the 50 entries before a time, or after one, or the newest.

    Pages go by time and not by number: gaps in numbers would tell of entries that the
    reader may not see. No two entries share a time: each waits for the one before it.
    """
    start, end = _moment(after), _moment(before)
    if start is not None:
        rows = list(entries.filter(at__gt=start).order_by("at", "seq")[: PAGE + 1])
        more_newer, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        more_older = bool(rows)
    else:
        if end is not None:
            entries = entries.filter(at__lt=end)
        rows = list(entries.order_by("-at", "-seq")[: PAGE + 1])
        more_older, rows = len(rows) > PAGE, rows[:PAGE]
        more_newer = end is not None and bool(rows)
    return Page(
        entries=rows,
        older=rows[-1].at.isoformat() if rows and more_older else None,
        newer=rows[0].at.isoformat() if rows and more_newer else None,
    )


def in_pieces(entries: QuerySet[AuditEntry]) -> Iterator[list[AuditEntry]]:
    """Yield all entries, newest first, a thousand at a time."""
    last: datetime | None = None
    while True:
        left = entries if last is None else entries.filter(at__lt=last)
        piece = list(left.order_by("-at", "-seq")[:1000])
        if not piece:
            return
        yield piece
        last = piece[-1].at


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else None

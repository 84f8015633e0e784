"""Which entries of the log a reader asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.audit.actions import grouped
from accounts.audit.visibility import USERS
from accounts.capabilities import Capability
from accounts.models import AuditEntry, User
from accounts.validators import plain_line

PAGE = 50
_NOBODY = "nobody"


# A group is chosen by the part of its actions' names before the dot, dot included.
_ACTIONS: list[Any] = [
    ("", "Every action"),
    *(
        (
            title,
            [
                (f"{group}.", f"{title}: everything"),
                *(
                    (one.value, one.sentence[0].upper() + one.sentence[1:])
                    for one in all_
                ),
            ],
        )
        for group, title, all_ in grouped()
    ),
]


class LogFilter(forms.Form):
    """Person, action, object and time. `entries` gives what is left for `reader`.

    A person is who acted, or whom it was done to. An object is called by its name; the
    name of a case file also finds what belongs to that file.
    """

    person = forms.ChoiceField(required=False)
    action = forms.ChoiceField(required=False, choices=lambda: _ACTIONS)
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
        self.audits = reader.can(Capability.READ_LOG)
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
        """Return the entries that fit, none if the form has errors.

        Each has `is_open`; without it the reader gets time and hash alone. Those go by
        time only: by any other filter they would tell what they are about.
        """
        entries: Any = AuditEntry.objects.with_hashes_for(self.reader)
        if not self.is_valid():
            return entries.none()
        asked = self.cleaned_data
        if asked["person"] or asked["action"] or asked["object"]:
            entries = entries.filter(is_open=True)
        if asked["person"]:
            entries = entries.filter(_with_person(asked["person"]))
        if asked["action"].endswith("."):
            entries = entries.filter(action__startswith=asked["action"])
        elif asked["action"]:
            entries = entries.filter(action=asked["action"])
        if asked["object"]:
            entries = entries.filter(self._about(asked["object"]))
        if asked["since"]:
            entries = entries.filter(at__date__gte=asked["since"])
        if asked["until"]:
            entries = entries.filter(at__date__lte=asked["until"])
        found: QuerySet[AuditEntry] = entries
        return found

    def _about(self, name: str) -> Q:
        called = AuditEntry.objects.visible_to(self.reader).filter(label__iexact=name)
        files = called.exclude(file_pk=None).order_by().values("file_pk")
        return Q(label__iexact=name) | Q(file_pk__in=files)

    def query(self) -> dict[str, str]:
        """Return what was asked for, as an address keeps it."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}


def _with_person(pk: str) -> Q:
    """Acts of a person, on their account, or on their access to case files."""
    if pk == _NOBODY:
        return Q(actor_id_text="")
    return (
        Q(actor_id_text=pk)
        | Q(object_type=USERS, object_id=pk)
        | Q(action__startswith="case.member", words__regex=rf'"user":{int(pk)}[,}}]')
    )


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

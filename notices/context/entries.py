"""Keeping events and the record of states: add, change, withdraw.

Each needs a source and a date to the month, and has screened again what it touches.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import RECORD_KINDS, ContextKind, Level
from notices.context.dates import first_day, last_day
from notices.models import ContextEntry, Country, ScreeningRun
from notices.partial_dates import parse_partial_date
from notices.screening.ageing import EVER
from notices.screening.in_use import version_in_use
from notices.screening.ruleset import load
from notices.screening.runs import touch
from notices.wrong_field import WrongField

LONGEST = 500
# What a person can say of an entry.
FIELDS = (
    "country_id", "kind", "happened_on", "until", "what", "source", "level",
    "is_invented",
)  # fmt: skip


class EntryError(WrongField):
    """An entry cannot be kept as given; `field` names what is wrong."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as somebody tells it, not checked yet."""

    country: str
    kind: str
    happened_on: str
    what: str
    source: str
    level: str
    until: str = ""
    is_invented: bool = False


@transaction.atomic
def add_entry(*, told: Told, actor: User, at: datetime) -> ContextEntry:
    """Keep an event or a record of a state.

    Raises MissingCapability, and EntryError naming the field that is not usable.
    """
    entry = keep_entry(told=told, actor=actor, at=at)
    record(action=Action.CONTEXT_ADDED, actor=actor, target=entry, after=as_told(entry))
    return entry


def keep_entry(*, told: Told, actor: User, at: datetime) -> ContextEntry:
    """Keep an entry without a word in the log: for a table, which is one act."""
    require(actor, Capability.RECORD_FACTS)
    values = _checked(told)
    _not_twice(values)
    entry = ContextEntry.objects.create(**values, entered_by=actor, entered_at=at)
    touch_entry(values, actor=actor, at=at)
    return entry


@transaction.atomic
def change_entry(
    *, entry: ContextEntry, told: Told, actor: User, at: datetime
) -> ContextEntry:
    """Change an entry; what it touched and what it touches now is screened again.

    Screenings that were made with its old words stay. Raises MissingCapability, and
    EntryError naming the field that is not usable, or nothing when it was withdrawn.
    """
    require(actor, Capability.RECORD_FACTS)
    locked = _standing(entry)
    before, values = as_told(locked), _checked(told)
    if before == values:
        return locked
    _not_twice(values, besides=locked)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.changed_at, locked.aged_at = at, None
    locked.save()
    touch_entry(before, actor=actor, at=at)
    touch_entry(values, actor=actor, at=at)
    record(
        action=Action.CONTEXT_CHANGED,
        actor=actor,
        target=locked,
        before=before,
        after=values,
    )
    return locked


@transaction.atomic
def withdraw_entry(
    *, entry: ContextEntry, actor: User, at: datetime, reason: str
) -> ContextEntry:
    """Withdraw an entry for `reason`; the row stays, and what it touched is screened.

    Raises MissingCapability, and EntryError without a reason or when it is withdrawn.
    """
    require(actor, Capability.RECORD_FACTS)
    if not reason.strip():
        raise EntryError("reason", "Say why it is withdrawn.")
    locked = _standing(entry)
    locked.withdrawn_at, locked.withdrawn_by = at, actor
    locked.withdrawn_reason = reason.strip()
    locked.save()
    touch_entry(as_told(locked), actor=actor, at=at)
    record(
        action=Action.CONTEXT_WITHDRAWN,
        actor=actor,
        target=locked,
        before=as_told(locked),
        reason=reason.strip(),
    )
    return locked


def touch_entry(
    values: Mapping[str, Any], *, actor: User | None, at: datetime
) -> ScreeningRun | None:
    """Have screened again what an entry with these values touches; None: nothing."""
    tables = load(version_in_use()).context
    kind = values["kind"]
    if tables is None:
        return None
    if kind in RECORD_KINDS:
        if kind != ContextKind.MISUSE:
            return None
        first, last = EVER
    else:
        back, ahead = tables.widest
        first, last = _span(values["happened_on"], values["until"], back, ahead)
    return touch(
        country=values["country_id"], first=first, last=last, actor=actor, at=at
    )


def _span(begun: str, until: str | None, back: int, ahead: int) -> tuple[date, date]:
    """Return the first and the last day of alerts that an event can be near to."""
    return (
        first_day(begun) - timedelta(days=ahead),
        last_day(until or begun) + timedelta(days=back),
    )


def as_told(entry: ContextEntry) -> dict[str, Any]:
    """Return what people said of an entry, as the audit log keeps it."""
    return {name: getattr(entry, name) for name in FIELDS}


def _standing(entry: ContextEntry) -> ContextEntry:
    locked = ContextEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked.withdrawn_at is not None:
        raise EntryError("", "This entry was withdrawn.")
    return locked


def _checked(told: Told) -> dict[str, Any]:
    """Return the values of an entry; raises EntryError for the first wrong one."""
    for name, value in asdict(told).items():
        if "\0" in str(value):
            raise EntryError(name, "Take out the sign that no text can hold.")
    code = told.country.strip().upper()
    if not Country.objects.filter(pk=code).exists():
        raise EntryError("country", f"“{told.country}” is the code of no state.")
    if told.kind not in ContextKind.values:
        raise EntryError("kind", f"“{told.kind}” is no kind of entry.")
    begun = _date("happened_on", told.happened_on)
    if begun is None:
        raise EntryError("happened_on", "Say when it was, to the month at least.")
    until = _date("until", told.until)
    if until and told.kind in RECORD_KINDS:
        raise EntryError("until", "What a source says has one date, when it said it.")
    if until and last_day(until) < first_day(begun):
        raise EntryError("until", "It ended before it began.")
    if told.level not in Level.values:
        raise EntryError("level", f"“{told.level}” does not say how well it is known.")
    return {
        "country_id": code,
        "kind": told.kind,
        "happened_on": begun,
        "until": until,
        "what": _words("what", told.what),
        "source": _words("source", told.source),
        "level": told.level,
        "is_invented": told.is_invented,
    }


def _words(field: str, text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise EntryError(field, "Fill this in: without it the entry proves nothing.")
    if len(words) > LONGEST:
        raise EntryError(field, f"Use at most {LONGEST} letters.")
    return words


def _date(field: str, text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    try:
        given = parse_partial_date(text)
    except ValueError as problem:
        raise EntryError(field, f"{problem}.") from problem
    if given.month is None:
        raise EntryError(
            field, "Give the month at least: a year cannot be compared with an alert."
        )
    return str(given)


def _not_twice(
    values: Mapping[str, Any], *, besides: ContextEntry | None = None
) -> None:
    same = ContextEntry.objects.standing().filter(
        **{name: values[name] for name in ("country_id", "kind", "happened_on", "what")}
    )
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise EntryError("what", "This is recorded already.")

"""Entries of the log as people read them: a sentence, and what was before and after."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.timezone import localtime

from accounts.audit.actions import Action, sentence_of
from accounts.audit.visibility import USERS
from accounts.models import AuditEntry, User

# Who is meant when nobody is named: a stranger at the door, or the app by itself.
_SOMEBODY, _THE_APP = "Somebody", "The tracker"
SEALED = "An entry about something that you may not see"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$")
# Values under these names are the numbers of users.
_PEOPLE = {"user", "assignee", "reader", "lead"}


@dataclass(frozen=True, slots=True)
class Change:
    """One value as it was and as it became; None where there was none."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: `actor` `sentence`: `label`.

    Without `has_before` the changes are values that were not there before. `via` is the
    door by which it came, `session` tells browsers of a person apart. If it is not
    open, the reader gets its time and hash alone; if its words were erased, its facts.
    """

    at: datetime
    actor: str
    sentence: str
    label: str
    action: str
    reason: str
    changes: tuple[Change, ...]
    has_before: bool
    hash: str
    via: str = ""
    session: str = ""
    is_open: bool = True
    is_erased: bool = False


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Return what a page shows of entries; names of people come from one query.

    They come from `AuditQuerySet.with_hashes_for`.
    """
    spoken = [
        (entry, json.loads(entry.words) if entry.words and entry.is_open else {})
        for entry in entries
    ]
    ids = {
        entry.actor_id_text
        for entry, _ in spoken
        if entry.is_open and entry.actor_id_text
    }
    for _, words in spoken:
        ids |= _people_in(words)
    names = {
        str(pk): name
        for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    return [_line(entry, words, names) for entry, words in spoken]


def _people_in(words: dict[str, Any]) -> set[str]:
    return {
        str(value)
        for side in ("before", "after")
        for field, value in (words.get(side) or {}).items()
        if field in _PEOPLE and isinstance(value, int)
    }


def _line(entry: AuditEntry, words: dict[str, Any], names: dict[str, str]) -> Line:
    if not entry.is_open:
        return _sealed(entry)
    action, actor_id = entry.action or "", entry.actor_id_text or ""
    facts = json.loads(entry.facts)
    nobody = _SOMEBODY if action == Action.SIGN_IN_FAILED.value else _THE_APP
    own = entry.object_type == USERS and entry.object_id == actor_id
    return Line(
        at=entry.at,
        actor=names.get(actor_id, f"User {actor_id}") if actor_id else nobody,
        sentence=sentence_of(action),
        label="" if own else entry.label or "",
        action=action,
        reason=words.get("reason") or "",
        changes=_changes(entry.object_type or "", words, names),
        has_before=bool(words.get("before")),
        hash=entry.hash,
        via=facts.get("via", ""),
        session=facts.get("session", "")[:8],
        is_erased=entry.words is None,
    )


def _sealed(entry: AuditEntry) -> Line:
    return Line(
        at=entry.at,
        actor="",
        sentence=SEALED,
        label="",
        action="",
        reason="",
        changes=(),
        has_before=False,
        hash=entry.hash,
        is_open=False,
    )


def _changes(
    object_type: str, words: dict[str, Any], names: dict[str, str]
) -> tuple[Change, ...]:
    before, after = words.get("before") or {}, words.get("after") or {}

    def said(field: str, value: Any) -> str | None:
        if field in _PEOPLE and isinstance(value, int):
            return names.get(str(value), f"User {value}")
        return _in_words(object_type, field, value)

    return tuple(
        Change(
            field.replace("_", " "),
            said(field, before.get(field)),
            said(field, after.get(field)),
        )
        for field in dict.fromkeys([*before, *after])
        if before.get(field) != after.get(field)
    )


def _in_words(object_type: str, field: str, value: Any) -> str | None:
    """Return a stored value as people say it: labels for codes, yes and no."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and (moment := _moment(value)):
        return f"{moment:%-d %b %Y, %H:%M} {moment.tzname()}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_in_words(object_type, field, one) or "" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    return _choices(object_type, field).get(value, str(value))


def _moment(text: str) -> datetime | None:
    """Return a moment as `record` wrote it, in the reader's zone."""
    try:
        return localtime(datetime.fromisoformat(text)) if _MOMENT.match(text) else None
    except ValueError:
        return None


def _choices(object_type: str, field: str) -> dict[Any, str]:
    try:
        found = apps.get_model(object_type)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return {}
    return {
        code: str(label) for code, label in getattr(found, "flatchoices", None) or ()
    }

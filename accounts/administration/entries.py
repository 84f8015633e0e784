"""Entries of the log as people read them: a sentence, and what was before and after."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from accounts.actions import Action
from accounts.models import AuditEntry, User
from accounts.querysets import USERS

_SENTENCES = {action.value: action.sentence for action in Action}
# Who is meant when nobody is named: a stranger at the door, or the app by itself.
_SOMEBODY, _THE_APP = "Somebody", "The tracker"


@dataclass(frozen=True, slots=True)
class Change:
    """One value as it was and as it became; None where there was none."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: `actor` `sentence`: `label`."""

    at: datetime
    actor: str
    sentence: str
    label: str
    action: str
    reason: str
    changes: tuple[Change, ...]
    hash: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Return what a page shows of entries; names of people come from one query."""
    entries = list(entries)
    ids = {entry.actor_id_text for entry in entries if entry.actor_id_text}
    names = {
        str(pk): name
        for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    return [_line(entry, names) for entry in entries]


def _line(entry: AuditEntry, names: dict[str, str]) -> Line:
    words: dict[str, Any] = json.loads(entry.words) if entry.words else {}
    action, actor_id = entry.action or "", entry.actor_id_text or ""
    nobody = _SOMEBODY if action == Action.SIGN_IN_FAILED.value else _THE_APP
    own = entry.object_type == USERS and entry.object_id == actor_id
    return Line(
        at=entry.at,
        actor=names.get(actor_id, f"User {actor_id}") if actor_id else nobody,
        sentence=_SENTENCES.get(action, action),
        label="" if own else entry.label or "",
        action=action,
        reason=words.get("reason") or "",
        changes=_changes(entry.object_type or "", words),
        hash=entry.hash,
    )


def _changes(object_type: str, words: dict[str, Any]) -> tuple[Change, ...]:
    before, after = words.get("before") or {}, words.get("after") or {}
    return tuple(
        Change(
            field.replace("_", " "),
            _in_words(object_type, field, before.get(field)),
            _in_words(object_type, field, after.get(field)),
        )
        for field in dict.fromkeys([*before, *after])
        if before.get(field) != after.get(field)
    )


def _in_words(object_type: str, field: str, value: Any) -> str | None:
    """Return a stored value as people say it: labels for codes, yes and no."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_in_words(object_type, field, one) or "" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    return _choices(object_type, field).get(value, str(value))


def _choices(object_type: str, field: str) -> dict[Any, str]:
    try:
        found = apps.get_model(object_type)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return {}
    return {
        code: str(label) for code, label in getattr(found, "flatchoices", None) or ()
    }

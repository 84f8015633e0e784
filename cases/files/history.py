"""What happened to a case file, read from the audit log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from accounts.actions import Action
from accounts.capabilities import Capability
from accounts.models import AuditEntry, User
from cases.choices import CaseLevel, MemberRole, NoteKind
from cases.models import CaseFile

_LABELS = {
    "summary": "Summary",
    "public_consent": "Consent to a public copy",
    "level": "Who sees it",
    "kind": "Kind",
    "text": "Text",
    "happened_on": "Date",
    "source": "Source",
}
_VALUES = {
    "level": dict(CaseLevel.choices),
    "kind": dict(NoteKind.choices),
    "role": dict(MemberRole.choices),
}
# Of these the log shows what was before and what is now.
_EDITS = {
    Action.CASE_CHANGED.value,
    Action.CASE_LEVEL_RAISED.value,
    Action.CASE_NOTE_CORRECTED.value,
}
_SENTENCES = {action.value: action.sentence for action in Action}


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One act: when, who did what, to whom, why, and what changed by it."""

    at: datetime
    who: str
    what: str
    whom: str
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How often someone opened a page of the file, and when last."""

    who: str
    times: int
    last: datetime


def history_of(*, case: CaseFile, reader: User, limit: int = 12) -> list[Line]:
    """Return the last acts on the file, readings left out, newest first.

    Acts on counsel's notes are there only for those who read such notes.
    """
    entries = _entries(case).exclude(action=Action.CASE_READ.value)[: 3 * limit]
    counsel = reader.can(Capability.SEE_COUNSEL_NOTES)
    parsed = [(entry, _words(entry)) for entry in entries]
    shown = [
        (entry, words)
        for entry, words in parsed
        if counsel or not (words.get("after") or {}).get("counsel_only")
    ]
    return _lines(shown[:limit])


def readings_of(*, case: CaseFile) -> list[Reading]:
    """Return who has read a restricted file, the last reader first; for its leads."""
    rows = list(
        _entries(case)
        .filter(action=Action.CASE_READ.value)
        .order_by()
        .values("actor_id_text")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")
    )
    names = _names(row["actor_id_text"] for row in rows)
    return [
        Reading(names.get(row["actor_id_text"], "the app"), row["times"], row["last"])
        for row in rows
    ]


def _entries(case: CaseFile) -> Any:
    return AuditEntry.objects.filter(
        object_type=case._meta.label_lower, object_id=str(case.pk)
    ).order_by("-seq")


def _words(entry: AuditEntry) -> dict[str, Any]:
    return json.loads(entry.words) if entry.words else {}


def _lines(parsed: Iterable[tuple[AuditEntry, dict[str, Any]]]) -> list[Line]:
    parsed = list(parsed)
    ids = {entry.actor_id_text for entry, _ in parsed}
    ids |= {str(user) for _, words in parsed if (user := _whom(words))}
    names = _names(ids)
    return [
        Line(
            at=entry.at,
            who=names.get(entry.actor_id_text, "the app"),
            what=_SENTENCES.get(entry.action, entry.action),
            whom=names.get(str(_whom(words)), ""),
            reason=words.get("reason", ""),
            changes=_changes(entry, words),
        )
        for entry, words in parsed
    ]


def _names(ids: Iterable[str]) -> dict[str, str]:
    people = User.objects.filter(pk__in={key for key in ids if key})
    return {str(user.pk): user.name for user in people}


def _whom(words: dict[str, Any]) -> Any:
    return (words.get("after") or words.get("before") or {}).get("user")


def _changes(entry: AuditEntry, words: dict[str, Any]) -> tuple[Change, ...]:
    if entry.action not in _EDITS:
        return ()
    before, after = words.get("before") or {}, words.get("after") or {}
    return tuple(
        Change(label, _shown(name, before.get(name)), _shown(name, after.get(name)))
        for name, label in _LABELS.items()
        if name in before or name in after
    )


def _shown(field: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    return str(_VALUES.get(field, {}).get(value, value))

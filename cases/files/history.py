"""What happened to a case file, read from the audit log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from accounts.audit.actions import Action, sentence_of
from accounts.audit.entries import Change
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
    Action.CASE_LEVEL_LOWERED.value,
    Action.CASE_LOWERING_ASKED.value,
    Action.CASE_NOTE_CORRECTED.value,
}
# How the log marks acts on notes that not everybody reads, and who does.
_CLOSED = {
    "counsel_only": Capability.SEE_COUNSEL_NOTES,
    "contact": Capability.SEE_PROTECTED_FACTS,
}
_APP = "the app"
_READINGS = (
    Action.CASE_READ.value,
    Action.CASE_LOG_READ.value,
    Action.NOTICE_READ.value,
)


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


@dataclass(frozen=True, slots=True)
class Log:
    """The last acts on a file, and for its leads who read it."""

    lines: list[Line]
    readings: list[Reading]


def log_of(
    *, case: CaseFile, reader: User, with_readings: bool, limit: int = 12
) -> Log:
    """Return the last acts, newest first, and on demand the readings, last one first.

    Acts on counsel's notes and on contacts are there only for roles that read those.
    """
    entries = _entries(case).exclude(action__in=_READINGS)[: 3 * limit]
    closed = {name for name, needed in _CLOSED.items() if not reader.can(needed)}
    parsed = [(entry, _words(entry)) for entry in entries]
    acts = [
        (entry, words)
        for entry, words in parsed
        if not any((words.get("after") or {}).get(name) for name in closed)
    ][:limit]
    readings = _readings(case) if with_readings else []
    names = _names(
        {entry.actor_id_text for entry, _ in acts}
        | {str(_whom(words)) for _, words in acts if _whom(words)}
        | {row["actor_id_text"] for row in readings}
    )
    return Log(
        [_line(entry, words, names) for entry, words in acts],
        [
            Reading(names.get(row["actor_id_text"], _APP), row["times"], row["last"])
            for row in readings
        ],
    )


def _readings(case: CaseFile) -> list[dict[str, Any]]:
    return list(
        _entries(case)
        .filter(action__in=_READINGS)
        .order_by()
        .values("actor_id_text")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")
    )


def _entries(case: CaseFile) -> Any:
    return AuditEntry.objects.filter(
        object_type=case._meta.label_lower, object_id=str(case.pk)
    ).order_by("-seq")


def _words(entry: AuditEntry) -> dict[str, Any]:
    return json.loads(entry.words) if entry.words else {}


def _line(entry: AuditEntry, words: dict[str, Any], names: dict[str, str]) -> Line:
    return Line(
        at=entry.at,
        who=names.get(entry.actor_id_text, _APP),
        what=sentence_of(entry.action),
        whom=names.get(str(_whom(words)), ""),
        reason=words.get("reason", ""),
        changes=_changes(entry, words),
    )


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

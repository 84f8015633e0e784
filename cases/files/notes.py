"""The chronology of a case file: entries are added and corrected, never removed."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import MemberRole, NoteKind
from cases.files.access import CaseRefused, NotNamed, lock_for_writing, membership
from cases.models import CaseFile, CaseNote
from notices.keys import key_of
from notices.partial_dates import parse_partial_date


def add_note(
    *,
    case: CaseFile,
    actor: User,
    at: datetime,
    kind: str,
    text: str,
    happened_on: str = "",
    source: str = "",
    is_counsel_only: bool = False,
) -> CaseNote:
    """Add an entry; `happened_on` is a date as far as it is known, such as 2024-03.

    Raises `CaseRefused` for an empty text or an impossible date, `NotNamed`, and
    `MissingCapability` if a note for counsel comes from someone who reads none.
    """
    values = _checked(kind, text, happened_on, source)
    with transaction.atomic():
        locked = lock_for_writing(case, actor)
        if is_counsel_only:
            require(actor, Capability.SEE_COUNSEL_NOTES)
        note = CaseNote.objects.create(
            case=locked,
            author=actor,
            written_at=at,
            is_counsel_only=is_counsel_only,
            **values,
        )
        record(
            action=Action.CASE_NOTE_ADDED,
            actor=actor,
            target=locked,
            after=_as_recorded(note, values),
        )
    return note


def correct_note(
    *,
    note: CaseNote,
    actor: User,
    kind: str,
    text: str,
    happened_on: str,
    source: str,
) -> CaseNote:
    """Correct an entry; the log keeps what it said before.

    Only its author or a lead may. Raises `CaseRefused`, `NotNamed`.
    """
    values = _checked(kind, text, happened_on, source)
    with transaction.atomic():
        locked = lock_for_writing(note.case, actor)
        member = membership(locked, actor)
        current = CaseNote.objects.visible_to(actor).get(pk=note.pk, case=locked)
        if current.author_id != actor.pk and (
            member is None or member.role != MemberRole.LEAD
        ):
            raise NotNamed("Only the author of an entry or the lead may correct it.")
        before = {name: getattr(current, name) for name in values}
        changed = {name for name in values if values[name] != before[name]}
        if not changed:
            return current
        for name in changed:
            setattr(current, name, values[name])
        current.save(update_fields=sorted(changed))
        record(
            action=Action.CASE_NOTE_CORRECTED,
            actor=actor,
            target=locked,
            before=_as_recorded(current, {name: before[name] for name in changed}),
            after=_as_recorded(current, {name: values[name] for name in changed}),
        )
    return current


def _checked(kind: str, text: str, happened_on: str, source: str) -> dict[str, Any]:
    if not text.strip():
        raise CaseRefused("Write what happened.")
    date = None
    if happened_on.strip():
        try:
            date = str(parse_partial_date(happened_on))
        except ValueError as error:
            raise CaseRefused(str(error)) from error
    return {
        "kind": NoteKind(kind),
        "text": text.strip(),
        "happened_on": date,
        "source": source.strip(),
    }


def _as_recorded(note: CaseNote, values: dict[str, Any]) -> dict[str, Any]:
    """What the log holds of an entry: of counsel's notes and contacts a hash alone.

    Whoever sees the file reads its log; these are for fewer people.
    """
    is_contact = NoteKind.CONTACT in {note.kind, values.get("kind")}
    if not note.is_counsel_only and not is_contact:
        return {"note": key_of(note), **{key: values[key] for key in sorted(values)}}
    words = "\n".join(f"{key}: {values[key]}" for key in sorted(values))
    digest = hashlib.sha256(words.encode()).hexdigest()
    told: dict[str, Any] = {"note": key_of(note), "sha256": digest}
    if note.is_counsel_only:
        told["counsel_only"] = True
    if is_contact:
        told["contact"] = True
    return told

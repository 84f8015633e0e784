"""Erasing for good: rows, files and the log's words go, a tombstone stays.

Everything that erases comes through here: a wish that two people had, a rule whose
time came, a restored backup that still held what was gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from accounts.audit.actions import Action
from accounts.audit.erasing import erase_words
from accounts.audit.record import record
from accounts.models import AuditEntry, User
from cases.choices import ErasureScope
from cases.exports import store
from cases.keeping.own_notices import own_notices, take
from cases.keeping.tombstone_list import note_stone
from cases.models import CaseFile, CaseNote, Erasure, Export, LegalHold, Tombstone
from notices.choices import PROTECTED_FACTS
from notices.keys import random_key
from notices.models import Judgement, Person, PersonFact
from notices.screening.facts import screen_protected
from notices.screening.forgetting import (
    forget_judgements,
    forget_old_findings,
    quoting,
)
from notices.screening.services import screen_person

# From the second person's word to the erasure: time to call it off.
WAIT = timedelta(days=7)


class Held(Exception):
    """A legal hold stands: nothing was erased."""


@dataclass(frozen=True, slots=True)
class Why:
    """What the stone says: the reason, the rule, who asked and who performed it."""

    reason: str
    rule: str
    asked_by: User | None
    performed_by: User | None
    # Of a stone that was set before, when a backup is restored.
    key: str = ""
    readers: tuple[int, ...] | None = None


def why_of(wish: Erasure) -> Why:
    """Return what the stone says of a wish that two people had."""
    return Why(
        reason=wish.reason,
        rule=f"Asked for by counsel, {WAIT.days} days' wait",
        asked_by=wish.asked_by,
        performed_by=wish.confirmed_by,
    )


def erase_case(*, case: CaseFile, why: Why, at: datetime) -> Tombstone:
    """Erase a case file with all that hangs on it and return its tombstone.

    The protected facts that its people recorded go with it, and the notices entered by
    hand for it alone. Other notices, and a person whom anything else names, are not of
    the file and stay. Raises `Held`.
    """
    with transaction.atomic():
        locked = _lock(case)
        # What two people agreed on leaves its own stone: it would go with the file.
        agreed = locked.erasures.filter(
            scope=ErasureScope.PERSON, stopped_at=None, done_at=None
        )
        for wish in agreed.exclude(confirmed_at=None):
            erase_facts(person=locked.person, case=locked, why=why_of(wish), at=at)
        exports = list(Export.objects.filter(case=locked))
        own = own_notices(locked)
        words = _words_about_case(locked, exports) + _numbers(own.told)
        words += _take_facts(locked, at)
        stone = _set_stone(
            kind=ErasureScope.FILE,
            object_id=locked.pk,
            code=locked.code,
            readers=_readers_of(locked),
            why=why,
            at=at,
        )
        LegalHold.objects.filter(case=locked).delete()  # lifted ones
        for relation in CaseFile._meta.related_objects:
            if relation.on_delete is models.PROTECT:
                rows = relation.related_model._base_manager
                rows.filter(**{relation.field.name: locked}).delete()
        locked.delete()
        take(own)
        if locked.person_id not in own.people:
            screen_protected(person=locked.person_id, at=at)
        for export in exports:
            transaction.on_commit(partial(_remove_file, export))
        _tell(stone, words, why, at)
    return stone


def erase_facts(*, person: Person, case: CaseFile, why: Why, at: datetime) -> Tombstone:
    """Erase the protected facts that people of a file recorded, and set a tombstone.

    Facts of other files stay, and a hold on another file is not asked: both would tell
    that it exists. Notes of counsel and others in a file are the file's. Raises `Held`.
    """
    with transaction.atomic():
        locked = _lock(case)
        words = _take_facts(locked, at)
        stone = _set_stone(
            kind=ErasureScope.PERSON,
            object_id=person.pk,
            code=locked.code,
            readers=_readers_of(locked),
            why=why,
            at=at,
        )
        _tell(stone, words, why, at)
    return stone


def _lock(case: CaseFile) -> CaseFile:
    """Lock the file, so that no hold is placed meanwhile. Raises `Held`."""
    locked = CaseFile.objects.select_for_update().get(pk=case.pk)
    if LegalHold.objects.filter(case=locked, lifted_at=None).exists():
        raise Held("A legal hold stands. Nothing of it can be erased before it ends.")
    return locked


def _take_facts(case: CaseFile, at: datetime) -> list[int]:
    """Delete the protected facts recorded under the file, and screen again.

    What findings and colleagues quoted of them goes, too. Returns the entries of the
    log about all of it, by number.
    """
    # While the person is locked no other fact of theirs is recorded or withdrawn.
    Person.objects.select_for_update(no_key=True).get(pk=case.person_id)
    facts = PersonFact.objects.recorded_under(case.pk).filter(
        person=case.person_id, kind__in=PROTECTED_FACTS
    )
    ids = list(facts.values_list("pk", flat=True))
    if not ids:
        return []
    quoted = quoting(person=case.person_id, facts=ids)
    words = _numbers(
        _of(PersonFact._meta.label_lower, ids)
        | _of(Judgement._meta.label_lower, quoted.judgements)
    )
    forget_judgements(quoted, at=at)
    facts.delete()
    screen_person(person=case.person_id, at=at)
    forget_old_findings(quoted)
    return words


def _of(object_type: str, ids: Iterable[int]) -> Q:
    return Q(object_type=object_type, object_id__in=[str(pk) for pk in ids])


def _readers_of(case: CaseFile) -> list[int]:
    """Return who could see the file: its stone is for them."""
    return [
        user.pk
        for user in User.objects.filter(is_active=True)
        if CaseFile.objects.visible_to(user).filter(pk=case.pk).exists()
    ]


def _words_about_case(case: CaseFile, exports: list[Export]) -> list[int]:
    """Return the entries of the log that belong to the file, by number."""
    ids = [str(export.pk) for export in exports]
    notes = CaseNote.objects.filter(case=case).values_list("pk", flat=True)
    return _numbers(
        Q(file_pk=case.pk)
        | Q(object_type=case._meta.label_lower, object_id=str(case.pk))
        | Q(object_type=Export._meta.label_lower, object_id__in=ids)
        | Q(
            object_type=CaseNote._meta.label_lower,
            object_id__in=[str(pk) for pk in notes],
        )
    )


def _numbers(condition: Q) -> list[int]:
    entries = AuditEntry.objects.filter(condition, words__isnull=False)
    return list(entries.values_list("seq", flat=True))


def _set_stone(
    *,
    kind: ErasureScope,
    object_id: int,
    code: str,
    readers: list[int],
    why: Why,
    at: datetime,
) -> Tombstone:
    stone = Tombstone.objects.create(
        key=why.key or random_key(),
        kind=kind,
        object_id=object_id,
        code=code,
        reason=why.reason,
        rule=why.rule,
        asked_by=why.asked_by,
        performed_by=why.performed_by,
        erased_at=at,
    )
    stone.readers.set(readers if why.readers is None else why.readers)
    return stone


def _tell(stone: Tombstone, words: list[int], why: Why, at: datetime) -> None:
    """Write to the log, whose words about it go last, and to the list of stones."""
    place = Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else None
    transaction.on_commit(partial(note_stone, stone, place))
    record(
        action=Action.ERASED,
        actor=why.performed_by,
        target=stone,
        after={"kind": stone.kind, "rule": why.rule},
        reason=why.reason,
    )
    if words:
        erase_words(
            entries=words,
            actor=why.performed_by,
            reason=why.reason,
            at=at,
            target=stone,
        )


def _remove_file(export: Export) -> None:
    if export.path:
        store.remove(export)

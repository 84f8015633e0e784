"""Erases again what a restored backup still holds and was erased after it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.choices import ErasureScope
from cases.keeping.erase import Why, erase_case, erase_facts
from cases.keeping.tombstone_list import Stone, moment_of
from cases.models import CaseFile, LegalHold, Tombstone
from notices.models import Person


def replay(*, stone: Stone, at: datetime) -> bool:
    """Erase what `stone` stands for, if it is here; tell whether it was.

    The stone keeps its own time, reason and people. A hold that a backup brings back
    was lifted before the erasure, so it does not stand in the way.
    """
    if Tombstone.objects.filter(key=stone.key).exists():
        return False
    why = Why(
        reason=stone.reason,
        rule=stone.rule,
        asked_by=_user(stone.asked_by),
        performed_by=_user(stone.performed_by),
        key=stone.key,
        readers=tuple(
            User.objects.filter(pk__in=stone.readers).values_list("pk", flat=True)
        ),
    )
    then = moment_of(stone)
    with transaction.atomic():
        if stone.kind == ErasureScope.FILE:
            case = CaseFile.objects.filter(pk=stone.object_id, code=stone.code).first()
            if case is None:
                return False
            LegalHold.objects.filter(case=case).delete()
            erase_case(case=case, why=why, at=then)
            return True
        person = Person.objects.filter(pk=stone.object_id).first()
        case = CaseFile.objects.filter(code=stone.code).first()
        if person is None or case is None:
            return False
        LegalHold.objects.filter(case=case).delete()
        erase_facts(person=person, case=case, why=why, at=then)
        return True


def _user(number: int | None) -> User | None:
    return None if number is None else User.objects.filter(pk=number).first()

"""A file is closed when the work is done, and opened again when it was not."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.choices import CaseState
from cases.files.access import CaseRefused, lock_as_lead
from cases.files.levels import other_file_in_the_way
from cases.models import CaseFile


def close_case(*, case: CaseFile, actor: User, reason: str, at: datetime) -> CaseFile:
    """Close the file: it is read as before and nobody writes in it.

    Raises `CaseRefused` without a reason or for a closed file, `NotNamed`.
    """
    return _move(case, actor, CaseState.CLOSED, at, reason, Action.CASE_CLOSED)


def reopen_case(*, case: CaseFile, actor: User, reason: str) -> CaseFile:
    """Open a closed file again, with the people who are named on it now.

    Raises `CaseRefused`, also if the organisation has another open file on the person;
    `NotNamed`.
    """
    return _move(case, actor, CaseState.OPEN, None, reason, Action.CASE_REOPENED)


def _move(
    case: CaseFile,
    actor: User,
    state: CaseState,
    closed_at: datetime | None,
    reason: str,
    action: Action,
) -> CaseFile:
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if locked.state == state:
            raise CaseRefused(f"{locked.code} is {state.label.lower()} already.")
        if not reason.strip():
            raise CaseRefused("Say why.")
        locked.state, locked.closed_at = state, closed_at
        try:
            with transaction.atomic():
                locked.save(update_fields=["state", "closed_at"])
        except IntegrityError as error:
            raise CaseRefused(other_file_in_the_way(locked)) from error
        record(action=action, actor=actor, target=locked, reason=reason)
    return locked

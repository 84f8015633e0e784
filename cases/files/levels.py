"""Who may learn that a file exists: fewer people at once, more only by two of them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import (
    STANDING_ROLES,
    AlertKind,
    CaseLevel,
    CaseState,
    LoweringState,
)
from cases.files.access import CaseRefused, lock_as_lead, lock_as_member
from cases.files.alerts import tell_keepers
from cases.models import CaseFile, Lowering
from notices.screening.facts import screen_protected

LEVELS = (CaseLevel.ORGANISATION, CaseLevel.RESTRICTED, CaseLevel.WALLED)


def raise_level(*, case: CaseFile, actor: User, level: str, reason: str) -> CaseFile:
    """Let fewer people see the file: organisation, named people, ethical wall.

    Only upward, only by a lead. An ethical wall needs a lead and a keeper, so that no
    file can be lost with one of them. Raises `CaseRefused`, `NotNamed`.
    """
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if _place(level) <= _place(locked.level):
            raise CaseRefused("The level of a file can only be raised here.")
        if not reason.strip():
            raise CaseRefused("Say why fewer people should see the file.")
        if level == CaseLevel.WALLED:
            _require_wall_people(locked)
        before, locked.level = locked.level, level
        locked.save(update_fields=["level"])
        screen_protected(person=locked.person_id, at=timezone.now())
        # A wish to open what has just been closed no longer fits.
        locked.lowerings.filter(state=LoweringState.ASKED).update(
            state=LoweringState.REFUSED
        )
        record(
            action=Action.CASE_LEVEL_RAISED,
            actor=actor,
            target=locked,
            before={"level": before},
            after={"level": level},
            reason=reason,
        )
    return locked


def ask_to_lower(
    *, case: CaseFile, actor: User, level: str, reason: str, at: datetime
) -> Lowering:
    """Ask that more people see the file; a second person named on it must confirm.

    Only a lawyer who leads the file asks. Raises `CaseRefused`, `NotNamed`,
    `MissingCapability`.
    """
    require(actor, Capability.LOWER_LEVEL)
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if _place(level) >= _place(locked.level):
            raise CaseRefused("Choose a level that more people see.")
        if not reason.strip():
            raise CaseRefused("Say why more people may see the file.")
        if locked.lowerings.filter(state=LoweringState.ASKED).exists():
            raise CaseRefused("This was asked already and waits for a second person.")
        _require_nobody_barred(locked, level)
        lowering = Lowering.objects.create(
            case=locked,
            from_level=locked.level,
            to_level=level,
            reason=reason.strip(),
            asked_by=actor,
            asked_at=at,
        )
        tell_keepers(case=locked, kind=AlertKind.LOWERING_ASKED, by=actor, at=at)
        record(
            action=Action.CASE_LOWERING_ASKED,
            actor=actor,
            target=locked,
            before={"level": locked.level},
            after={"level": level},
            reason=reason,
        )
    return lowering


def answer_lowering(
    *, lowering: Lowering, actor: User, confirms: bool, at: datetime
) -> Lowering:
    """Let more people see the file, or leave it as it is.

    Whoever asked may only take it back. Raises `CaseRefused`, `NotNamed`.
    """
    with transaction.atomic():
        locked = lock_as_member(lowering.case, actor)
        current = Lowering.objects.select_for_update().get(pk=lowering.pk)
        if current.state != LoweringState.ASKED:
            raise CaseRefused("This was answered already.")
        if confirms and current.asked_by_id == actor.pk:
            raise CaseRefused(
                "You asked for it: a second person named on the file must confirm."
            )
        current.state = LoweringState.CONFIRMED if confirms else LoweringState.REFUSED
        current.answered_by, current.answered_at = actor, at
        current.save(update_fields=["state", "answered_by", "answered_at"])
        if confirms:
            _lower(locked, current)
            screen_protected(person=locked.person_id, at=at)
        record(
            action=(
                Action.CASE_LEVEL_LOWERED if confirms else Action.CASE_LOWERING_REFUSED
            ),
            actor=actor,
            target=locked,
            before={"level": current.from_level},
            after={"level": locked.level, "asked_by": current.asked_by_id},
            reason=current.reason,
        )
    return current


def open_lowering(case: CaseFile) -> Lowering | None:
    """Return the wish to lower the level that waits for an answer."""
    asked = case.lowerings.filter(state=LoweringState.ASKED)
    return asked.select_related("asked_by").first()


def _lower(locked: CaseFile, asked: Lowering) -> None:
    if locked.level != asked.from_level:
        raise CaseRefused("The level has changed since this was asked.")
    _require_nobody_barred(locked, asked.to_level)
    locked.level = asked.to_level
    try:
        with transaction.atomic():
            locked.save(update_fields=["level"])
    except IntegrityError as error:
        raise CaseRefused(other_file_in_the_way(locked)) from error


def other_file_in_the_way(case: CaseFile) -> str:
    """Say which open file of the whole organisation the person has already."""
    other = CaseFile.objects.filter(
        person=case.person_id, state=CaseState.OPEN, level=CaseLevel.ORGANISATION
    ).exclude(pk=case.pk)
    codes = ", ".join(other.values_list("code", flat=True))
    return (
        f"The whole organisation has an open file on this person already: {codes}. "
        "Close one of the two first."
    )


def _require_wall_people(case: CaseFile) -> None:
    able = case.members.current().who_can_read_walls().filter(role__in=STANDING_ROLES)
    if set(able.values_list("role", flat=True)) != set(STANDING_ROLES):
        raise CaseRefused(
            "An ethical wall needs two named people who read files behind a wall: a "
            "lead and a keeper. Name a keeper under People first."
        )


def _require_nobody_barred(case: CaseFile, level: str) -> None:
    barred = case.bars.filter(ended_at=None).exists()
    if level == CaseLevel.ORGANISATION and barred:
        raise CaseRefused(
            "Somebody is barred from this file, so it cannot be open to the whole "
            "organisation. End the bar first."
        )


def _place(level: str) -> int:
    return LEVELS.index(CaseLevel(level))

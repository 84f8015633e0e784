"""The wish to erase: a lawyer asks, an administrator performs, seven days pass."""

from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import ErasureScope
from cases.files.access import CaseRefused, NotNamed, membership
from cases.keeping import erase
from cases.keeping.erase import Held, erase_case, erase_facts, why_of
from cases.keeping.holds import hold_on, lock_as_named
from cases.models import CaseFile, Erasure, Tombstone

WAIT = erase.WAIT
_HELD = "A legal hold stands on this file. Nothing of it is erased before it is lifted."
_OVER = "This was answered already."


def open_erasures(case: CaseFile | None = None) -> list[Erasure]:
    """Return what is asked for and not yet done, the oldest first."""
    found = Erasure.objects.filter(stopped_at=None, done_at=None)
    if case is not None:
        found = found.filter(case=case)
    related = ("case", "asked_by", "confirmed_by")
    return list(found.select_related(*related).order_by("asked_at"))


def ask_erasure(
    *, case: CaseFile, scope: ErasureScope, actor: User, reason: str, at: datetime
) -> Erasure:
    """Ask that a file, or the protected facts about its person, be erased.

    Raises `CaseRefused` for a held file, `NotNamed`, `MissingCapability`.
    """
    with transaction.atomic():
        locked = lock_as_named(case, actor, Capability.ASK_ERASURE)
        if hold_on(locked) is not None:
            raise CaseRefused(_HELD)
        if not reason.strip():
            raise CaseRefused("Say why. Name nobody: this sentence stays for good.")
        if any(one.scope == scope for one in open_erasures(locked)):
            raise CaseRefused("This was asked for already and waits.")
        erasure = Erasure.objects.create(
            case=locked,
            scope=scope,
            reason=reason.strip(),
            asked_by=actor,
            asked_at=at,
        )
        record(
            action=Action.ERASURE_ASKED,
            actor=actor,
            target=locked,
            after={"scope": scope.value},
            reason=erasure.reason,
        )
    return erasure


def confirm_erasure(*, erasure: Erasure, actor: User, at: datetime) -> Erasure:
    """Perform it as the second person: it takes effect after seven days.

    Raises `CaseRefused` for a held file or one's own wish, `MissingCapability`. For
    whoever is barred from the file there is no wish that waits.
    """
    require(actor, Capability.ERASE)
    with transaction.atomic():
        locked = _lock(erasure)
        _refuse_barred(locked, actor)
        if locked.confirmed_at is not None:
            raise CaseRefused(_OVER)
        if locked.asked_by_id == actor.pk:
            raise CaseRefused("You asked for this. Another person has to perform it.")
        if hold_on(locked.case) is not None:
            raise CaseRefused(_HELD)
        locked.confirmed_by, locked.confirmed_at, locked.due_at = actor, at, at + WAIT
        locked.save(update_fields=["confirmed_by", "confirmed_at", "due_at"])
        record(
            action=Action.ERASURE_CONFIRMED,
            actor=actor,
            target=locked.case,
            after={"scope": locked.scope, "due": locked.due_at},
            reason=locked.reason,
        )
    return locked


def stop_erasure(
    *, erasure: Erasure, actor: User, reason: str, at: datetime
) -> Erasure:
    """Call it off while it waits: by an administrator, or somebody named on the file.

    Raises `CaseRefused`, `NotNamed`. For whoever is barred from the file there is no
    wish that waits.
    """
    with transaction.atomic():
        locked = _lock(erasure)
        _refuse_barred(locked, actor)
        if not actor.can(Capability.ERASE):
            require(actor, Capability.ASK_ERASURE)
            if membership(locked.case, actor) is None:
                raise NotNamed(f"Only people named on {locked.case.code} may do this.")
        if not reason.strip():
            raise CaseRefused("Say why it is not to be erased.")
        locked.stopped_by, locked.stopped_at = actor, at
        locked.save(update_fields=["stopped_by", "stopped_at"])
        record(
            action=Action.ERASURE_STOPPED,
            actor=actor,
            target=locked.case,
            before={"scope": locked.scope},
            reason=reason.strip(),
        )
    return locked


def erase_due(*, at: datetime) -> list[Tombstone]:
    """Erase what has waited its seven days. What is held goes on to wait."""
    due = Erasure.objects.filter(stopped_at=None, done_at=None, due_at__lte=at)
    stones = []
    for pk in due.order_by("due_at").values_list("pk", flat=True):
        stone = _perform(pk, at)
        if stone is not None:
            stones.append(stone)
    return stones


def _perform(pk: int, at: datetime) -> Tombstone | None:
    wish = Erasure.objects.filter(pk=pk).first()
    if wish is None:  # it went with its file
        return None
    try:
        with transaction.atomic():
            erasure = _lock(wish)
            case, why = erasure.case, why_of(erasure)
            if erasure.scope == ErasureScope.FILE:
                return erase_case(case=case, why=why, at=at)
            erasure.done_at = at
            erasure.save(update_fields=["done_at"])
            return erase_facts(person=case.person, case=case, why=why, at=at)
    except (Held, CaseRefused, CaseFile.DoesNotExist):
        return None


def _refuse_barred(locked: Erasure, actor: User) -> None:
    """Answer somebody who is barred from the file as if the wish were over."""
    if locked.case.bars.filter(user=actor, ended_at=None).exists():
        raise CaseRefused(_OVER)


def _lock(erasure: Erasure) -> Erasure:
    """Lock file and wish, in this order, and return the wish if it is still open."""
    CaseFile.objects.select_for_update().get(pk=erasure.case_id)
    locked = (
        Erasure.objects.select_for_update()
        .select_related("case")
        .filter(pk=erasure.pk, stopped_at=None, done_at=None)
    )
    found = locked.first()
    if found is None:
        raise CaseRefused(_OVER)
    return found

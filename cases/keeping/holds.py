"""Legal hold: as long as it stands nothing of a file goes, whoever wants it gone."""

from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.files.access import CaseRefused, NotNamed, membership
from cases.models import CaseFile, LegalHold


def hold_on(case: CaseFile) -> LegalHold | None:
    """Return the hold that stands on `case`."""
    standing = LegalHold.objects.filter(case=case, lifted_at=None)
    return standing.select_related("placed_by").first()


def place_hold(*, case: CaseFile, actor: User, reason: str, at: datetime) -> LegalHold:
    """Hold a file. Raises `CaseRefused`, `NotNamed`, `MissingCapability`."""
    with transaction.atomic():
        locked = lock_as_named(case, actor, Capability.HOLD)
        if not reason.strip():
            raise CaseRefused("Say why the file is held, such as the proceeding.")
        if hold_on(locked) is not None:
            raise CaseRefused("A legal hold stands on this file already.")
        hold = LegalHold.objects.create(
            case=locked, reason=reason.strip(), placed_by=actor, placed_at=at
        )
        record(
            action=Action.HOLD_PLACED, actor=actor, target=locked, reason=hold.reason
        )
    return hold


def lift_hold(*, hold: LegalHold, actor: User, reason: str, at: datetime) -> LegalHold:
    """End a hold, as another person than placed it. Raises like `place_hold`."""
    with transaction.atomic():
        locked = lock_as_named(hold.case, actor, Capability.HOLD)
        standing = hold_on(locked)
        if standing is None or standing.pk != hold.pk:
            raise CaseRefused("This hold was lifted already.")
        if standing.placed_by_id == actor.pk:
            raise CaseRefused(
                "You placed this hold. Another lawyer named on the file lifts it."
            )
        if not reason.strip():
            raise CaseRefused("Say why the file need not be held any longer.")
        standing.lifted_by, standing.lifted_at = actor, at
        standing.lifted_because = reason.strip()
        standing.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
        record(
            action=Action.HOLD_LIFTED,
            actor=actor,
            target=locked,
            before={"reason": standing.reason},
            reason=standing.lifted_because,
        )
    return standing


def lock_as_named(case: CaseFile, actor: User, capability: Capability) -> CaseFile:
    """Lock the file and return it, if `actor` is named on it and may do this.

    Call inside a transaction. Raises `MissingCapability` or `NotNamed`.
    """
    require(actor, capability)
    locked = CaseFile.objects.select_for_update().get(pk=case.pk)
    if membership(locked, actor) is None:
        raise NotNamed(f"Only people named on {locked.code} may do this.")
    return locked

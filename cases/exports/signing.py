"""The second person of a public copy: a reviewer signs it, or it is never made."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import require
from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.choices import CaseLevel, ExportState
from cases.exports.compose import compose
from cases.exports.document import CaseDocument, fingerprint
from cases.exports.services import (
    ExportRefused,
    require_consent,
    require_still_entitled,
)
from cases.models import CaseFile, Export


class OwnSignature(PermissionDenied):
    """Nobody signs the copy that they asked for themselves."""

    def __init__(self) -> None:
        super().__init__(
            "You asked for this copy. Another reviewer who sees the file signs it."
        )


def copies_to_sign(reader: User) -> list[Export]:
    """Return the public copies that wait for the signature of `reader`."""
    if not reader.can(Capability.SIGN):
        return []
    waiting = Export.objects.to_sign_by(reader).filter(state=ExportState.UNSIGNED)
    others = waiting.exclude(requested_by=reader)
    return list(others.select_related("case", "requested_by")[:20])


def who_can_sign(export: Export) -> list[str]:
    """Return the names of the reviewers who see the file, besides who asked."""
    signers = User.objects.filter(is_active=True, role__in=roles_with(Capability.SIGN))
    if export.case.level != CaseLevel.ORGANISATION:
        named = export.case.members.current().values("user")
        signers = signers.filter(pk__in=named)
    signers = signers.exclude(pk=export.requested_by_id)
    return list(signers.order_by("name").values_list("name", flat=True)[:10])


def what_is_signed(export: Export, *, at: datetime) -> CaseDocument:
    """Return what the copy would say now: what a reviewer puts their name to."""
    anchor = anchors.current()
    return compose(export=export, at=at, anchor=anchor, demo=settings.DEMO).document


def sign_export(*, export: Export, actor: User, at: datetime, seen: str) -> Export:
    """Sign that this may be published; a worker then makes this copy and no other.

    `seen` is the fingerprint of what the reviewer had before the eyes. Raises
    `OwnSignature`, `MissingCapability`, and `ExportRefused` for a copy that was
    answered, that says something else now, whose consent changed, or whose asker may no
    longer take it.
    """
    with transaction.atomic():
        locked = _lock(export, actor)
        require_still_entitled(locked)
        require_consent(locked)
        locked.signed_digest = fingerprint(what_is_signed(locked, at=at))
        if locked.signed_digest != seen:
            raise ExportRefused("The file changed meanwhile. Look at it again.")
        locked.state, locked.step = ExportState.QUEUED, "Waiting for a worker"
        return _answer(locked, actor, at, Action.EXPORT_SIGNED, "")


def refuse_export(*, export: Export, actor: User, reason: str, at: datetime) -> Export:
    """Say that the file shall not be published so; `reason` is for who asked.

    Raises `OwnSignature`, `MissingCapability`, `ExportRefused`.
    """
    if not reason.strip():
        raise ExportRefused("Say why you do not sign; the person who asked reads it.")
    with transaction.atomic():
        locked = _lock(export, actor)
        locked.state, locked.step = ExportState.REFUSED, ""
        locked.failure = reason.strip()
        return _answer(locked, actor, at, Action.EXPORT_REFUSED, reason.strip())


def _lock(export: Export, actor: User) -> Export:
    """Lock the file, then the copy: consent, level and names stay as they are."""
    require(actor, Capability.SIGN)
    CaseFile.objects.visible_to(actor).select_for_update().get(pk=export.case_id)
    locked: Export = (
        Export.objects.select_for_update(of=("self",))
        .select_related("case", "requested_by")
        .get(pk=export.pk)
    )
    if locked.requested_by_id == actor.pk:
        raise OwnSignature
    if locked.state != ExportState.UNSIGNED:
        raise ExportRefused("This was answered already.")
    return locked


def _answer(
    locked: Export, actor: User, at: datetime, action: Action, reason: str
) -> Export:
    locked.answered_by, locked.answered_at = actor, at
    locked.save(
        update_fields=[
            *("state", "step", "failure", "answered_by", "answered_at"),
            "signed_digest",
        ]
    )
    record(
        action=action,
        actor=actor,
        target=locked,
        after={"asked_by": locked.requested_by_id, "consent": locked.consent},
        reason=reason,
    )
    return locked

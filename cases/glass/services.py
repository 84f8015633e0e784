"""Breaking the glass: two administrators, a reason, an end, and the keepers know.

An unknown code is answered as a known one, and so is a code whose file bars one of the
two: the request then belongs to no file, and consent opens nothing.
"""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from accounts.vouching import why_not_two
from cases.choices import STANDING_ROLES, AlertKind, GlassState
from cases.files.access import CaseRefused, NotNamed, membership
from cases.files.alerts import tell_keepers
from cases.glass.tasks import mail_keeper
from cases.models import CaseFile, Glass

# How long a request waits for the second administrator.
WAITS = timedelta(hours=24)


def ask_for_glass(
    *, code: str, reason: str, hours: int, actor: User, at: datetime
) -> Glass:
    """Ask to read the file `code` for some hours, 24 at most; another one consents.

    Raises `CaseRefused` without a reason, `MissingCapability`.
    """
    require(actor, Capability.BREAK_GLASS)
    if not reason.strip():
        raise CaseRefused("Say why the file must be read.")
    asked = code.strip().upper()
    with transaction.atomic():
        case = CaseFile.objects.select_for_update().filter(code=asked).first()
        is_barred = case is not None and _is_barred(case, actor)
        glass = Glass.objects.create(
            code=asked,
            case=None if is_barred else case,
            reason=reason.strip(),
            hours=hours,
            asked_by=actor,
            asked_at=at,
        )
        if case is not None:
            kind = AlertKind.GLASS_BARRED if is_barred else AlertKind.GLASS_ASKED
            tell_keepers(case=case, kind=kind, by=actor, at=at)
            record(
                action=Action.GLASS_ASKED,
                actor=actor,
                target=case,
                after={"hours": hours},
                reason=reason,
            )
        record(
            action=Action.GLASS_ASKED,
            actor=actor,
            target=glass,
            after={"hours": hours},
            reason=reason,
        )
    return glass


def consent_to_glass(*, glass: Glass, actor: User, at: datetime) -> Glass:
    """Let the one who asked read the file from now on; the keepers are told at once.

    Raises `CaseRefused` for one's own request or one that no longer waits,
    `MissingCapability`.
    """
    require(actor, Capability.BREAK_GLASS)
    with transaction.atomic():
        current, case = _lock(glass)
        _require_waiting(current, at)
        if current.asked_by_id == actor.pk:
            raise CaseRefused("You asked: a second administrator must consent.")
        if not current.asked_by.can(Capability.BREAK_GLASS):
            raise CaseRefused(f"{current.asked_by.name} may not break the glass now.")
        if why := why_not_two(current.asked_by, actor, at=at):
            raise CaseRefused(why)
        told = {"reader": current.asked_by_id, "hours": current.hours}
        if case is not None and _is_barred(case, actor):
            tell_keepers(case=case, kind=AlertKind.GLASS_BARRED, by=actor, at=at)
            current.case = case = None
        current.state = GlassState.OPEN
        current.consented_by, current.consented_at = actor, at
        current.ends_at = at + timedelta(hours=current.hours)
        current.save()
        if case is not None:
            alerts = tell_keepers(
                case=case,
                kind=AlertKind.GLASS_BROKEN,
                by=current.asked_by,
                at=at,
                until=current.ends_at,
            )
            for alert in alerts:
                # The consent stands and is told in the app even if no mail can go.
                transaction.on_commit(partial(mail_keeper.delay, alert.pk), robust=True)
            record(
                action=Action.GLASS_BROKEN,
                actor=actor,
                target=case,
                after=told,
                reason=current.reason,
            )
        record(
            action=Action.GLASS_BROKEN,
            actor=actor,
            target=current,
            after=told,
            reason=current.reason,
        )
    return current


def waiting_for(user: User, *, at: datetime) -> list[Glass]:
    """Return the requests that `user` may answer as the second administrator."""
    if not user.can(Capability.BREAK_GLASS):
        return []
    asked = Glass.objects.filter(state=GlassState.ASKED, asked_at__gt=at - WAITS)
    return list(asked.exclude(asked_by=user).select_related("asked_by")[:10])


def refuse_glass(*, glass: Glass, actor: User, at: datetime) -> Glass:
    """Refuse a request, or take one's own back. Raises `CaseRefused`."""
    require(actor, Capability.BREAK_GLASS)
    with transaction.atomic():
        current, case = _lock(glass)
        _require_waiting(current, at)
        return _close(current, case, GlassState.REFUSED, actor, at)


def end_glass(*, glass: Glass, actor: User, at: datetime) -> Glass:
    """End the reading before its time: an administrator, or the lead or keeper.

    Raises `CaseRefused` if it is not open, `NotNamed`.
    """
    with transaction.atomic():
        current, case = _lock(glass)
        member = membership(case, actor) if case is not None else None
        keeps = member is not None and member.role in STANDING_ROLES
        if not keeps and not actor.can(Capability.BREAK_GLASS):
            raise NotNamed("Only an administrator, the lead or the keeper ends it.")
        if not current.is_open(at=at):
            raise CaseRefused("The glass is whole already.")
        ended = _close(current, case, GlassState.ENDED, actor, at)
        if case is not None:
            tell_keepers(case=case, kind=AlertKind.GLASS_ENDED, by=actor, at=at)
    return ended


def _close(
    current: Glass, case: CaseFile | None, state: GlassState, actor: User, at: datetime
) -> Glass:
    current.state, current.ended_by, current.ended_at = state, actor, at
    current.save(update_fields=["state", "ended_by", "ended_at"])
    refused = state == GlassState.REFUSED
    action = Action.GLASS_REFUSED if refused else Action.GLASS_ENDED
    if case is not None:
        record(action=action, actor=actor, target=case)
    record(action=action, actor=actor, target=current)
    return current


def _lock(glass: Glass) -> tuple[Glass, CaseFile | None]:
    """Lock the file first, as every service does, then the request.

    Nobody is barred from or named on the file until the transaction ends.
    """
    case = CaseFile.objects.select_for_update().filter(glasses=glass).first()
    current = (
        Glass.objects.select_for_update(of=("self",))
        .select_related("asked_by")
        .get(pk=glass.pk)
    )
    # The bar of one of the two may have parted them meanwhile.
    return current, case if current.case_id is not None else None


def _require_waiting(glass: Glass, at: datetime) -> None:
    if glass.state != GlassState.ASKED:
        raise CaseRefused("This request was answered already.")
    if glass.asked_at + WAITS <= at:
        raise CaseRefused("This request has lapsed: ask again.")


def _is_barred(case: CaseFile, user: User) -> bool:
    return case.bars.filter(user=user, ended_at=None).exists()

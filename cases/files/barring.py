"""People who may never be named on a file, nor break its glass, while barred."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.choices import CaseLevel, GlassState
from cases.files.access import CaseRefused, lock_as_lead
from cases.models import CaseBar, CaseFile


def barrable(case: CaseFile) -> "list[User]":
    """The colleagues who can be barred: everyone who is not named and not barred."""
    named = case.members.current().values("user_id")
    barred = case.bars.filter(ended_at=None).values("user_id")
    return list(
        User.objects.filter(is_active=True)
        .exclude(pk__in=named)
        .exclude(pk__in=barred)
        .order_by("name", "pk")
    )


def bar(
    *, case: CaseFile, user: User, actor: User, reason: str, at: datetime
) -> CaseBar:
    """Bar `user` from the file; a glass that they broke or consented to ends at once.

    Raises `CaseRefused` with the reason in words, `NotNamed` unless a lead asks.
    """
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if locked.level == CaseLevel.ORGANISATION:
            raise CaseRefused(
                "Everybody who works on files sees this one. Let fewer people see it "
                "first, then bar somebody."
            )
        if not reason.strip():
            raise CaseRefused("Say why this person is barred.")
        if locked.members.current().filter(user=user).exists():
            raise CaseRefused(
                f"{user.name} is named on the file. End the access first."
            )
        if user not in barrable(locked):
            raise CaseRefused(f"{user.name} is barred already, or has left.")
        glasses = locked.glasses.filter(Q(asked_by=user) | Q(consented_by=user))
        glasses.filter(state=GlassState.OPEN, ends_at__gt=at).update(
            state=GlassState.ENDED, ended_at=at, ended_by=actor
        )
        # A wish that waits goes on as one about a file that does not exist.
        glasses.filter(state=GlassState.ASKED).update(case=None)
        made = CaseBar.objects.create(
            case=locked, user=user, reason=reason.strip(), barred_by=actor, barred_at=at
        )
        record(
            action=Action.CASE_BARRED,
            actor=actor,
            target=locked,
            after={"user": user.pk},
            reason=reason,
        )
    return made


def end_bar(
    *, case: CaseFile, barred: CaseBar, actor: User, reason: str, at: datetime
) -> CaseBar:
    """End a bar; the person sees no more than before, and may be named again.

    Raises `CaseRefused` if it has ended or no reason is given, `NotNamed`.
    """
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if not reason.strip():
            raise CaseRefused("Say why the bar ends.")
        found = locked.bars.filter(pk=barred.pk, ended_at=None).first()
        if found is None:
            raise CaseRefused("This bar has ended already.")
        found.ended_at = at
        found.save(update_fields=["ended_at"])
        record(
            action=Action.CASE_BAR_ENDED,
            actor=actor,
            target=locked,
            before={"user": found.user_id},
            reason=reason,
        )
    return found

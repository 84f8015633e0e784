"""People with access to a case file: who, why and until when."""

from datetime import date, datetime

from django.db import transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.choices import STANDING_ROLES, CaseLevel, MemberRole
from cases.files.access import CaseRefused, lock_as_lead
from cases.models import CaseFile, CaseMember
from notices.screening.facts import screen_protected


def addable(case: CaseFile) -> "list[User]":
    """The colleagues who can be named on the file, by name.

    Only roles that read a file of its level, and nobody who is barred from it.
    """
    needed = (
        Capability.SEE_WALLED_CASES
        if case.level == CaseLevel.WALLED
        else Capability.SEE_RESTRICTED_CASES
    )
    named = case.members.current().values("user_id")
    barred = case.bars.filter(ended_at=None).values("user_id")
    return list(
        User.objects.filter(is_active=True, role__in=roles_with(needed))
        .exclude(pk__in=named)
        .exclude(pk__in=barred)
        .order_by("name", "pk")
    )


def add_member(
    *,
    case: CaseFile,
    user: User,
    actor: User,
    reason: str,
    at: datetime,
    until: date | None = None,
    role: str = MemberRole.MEMBER,
) -> CaseMember:
    """Name `user` on the file; `until` is the last day of access, None for no end.

    Raises `CaseRefused` with the reason in words, `NotNamed` unless a lead asks.
    """
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if not reason.strip():
            raise CaseRefused("Say why this person needs the file.")
        if until is not None and until < at.date():
            raise CaseRefused("The last day of access lies in the past.")
        if until is not None and role in STANDING_ROLES:
            raise CaseRefused(
                "A lead or keeper has no last day: a file needs them all the time."
            )
        if user not in addable(locked):
            raise CaseRefused(
                f"{user.name} is named already, has left, or may not be named on a "
                "file like this."
            )
        # Access that ran out by its date is closed here, so that it can begin anew.
        locked.members.filter(user=user, ended_at=None).update(ended_at=at)
        member = CaseMember.objects.create(
            case=locked,
            user=user,
            role=role,
            reason=reason.strip(),
            until=until,
            added_by=actor,
            added_at=at,
        )
        screen_protected(person=locked.person_id, at=at)
        record(
            action=Action.CASE_MEMBER_ADDED,
            actor=actor,
            target=locked,
            after={
                "user": user.pk,
                "role": role,
                "until": until.isoformat() if until else None,
            },
            reason=reason,
        )
    return member


def remove_member(
    *, case: CaseFile, member: CaseMember, actor: User, reason: str, at: datetime
) -> CaseMember:
    """End someone's access now; every page, file and link of the case closes for them.

    Raises `CaseRefused` if nobody would be left to give access, `NotNamed`.
    """
    with transaction.atomic():
        locked = lock_as_lead(case, actor)
        if not reason.strip():
            raise CaseRefused("Say why the access ends.")
        current = locked.members.current()
        found = current.filter(pk=member.pk).select_related("user").first()
        if found is None:
            raise CaseRefused("This access has ended already.")
        left = current.exclude(pk=found.pk)
        if locked.level == CaseLevel.WALLED:
            left = left.who_can_read_walls()
        if not left.filter(role=MemberRole.LEAD).exists():
            raise CaseRefused("A file needs a lead. Name another lead first.")
        if (
            locked.level == CaseLevel.WALLED
            and not left.filter(role=MemberRole.KEEPER).exists()
        ):
            raise CaseRefused(
                "An ethical wall needs two named people, a lead and a keeper. Name "
                "another keeper first."
            )
        found.ended_at = at
        found.save(update_fields=["ended_at"])
        record(
            action=Action.CASE_MEMBER_REMOVED,
            actor=actor,
            target=locked,
            before={"user": found.user_id, "role": found.role},
            reason=reason,
        )
    return found

"""Who may do what in one case file, asked under a lock by every service."""

from django.core.exceptions import PermissionDenied

from accounts.access import require
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import CaseLevel, CaseState, MemberRole
from cases.models import CaseFile, CaseMember


class CaseRefused(Exception):
    """What was asked cannot be done now; the message is a sentence for people."""


class NotNamed(PermissionDenied):
    """The user sees the file but is not named on it, or not as its lead."""


def membership(case: CaseFile, user: User) -> CaseMember | None:
    """Return how `user` is named on `case` today, or None."""
    return case.members.current().filter(user=user).first()


def leads_of(case: CaseFile) -> list[str]:
    """Return the names of the people who can give access."""
    leads = case.members.current().filter(role=MemberRole.LEAD)
    return list(leads.order_by("added_at").values_list("user__name", flat=True))


def leads(case: CaseFile, member: CaseMember | None) -> bool:
    """Tell whether `member` does what only a lead does.

    A keeper does it in the place of leads who all have left the organisation, and any
    member where no keeper is left either: a file must not end with its people.
    """
    if member is None:
        return False
    if member.role == MemberRole.LEAD:
        return True
    present = case.members.current().filter(user__is_active=True)
    roles = set(present.values_list("role", flat=True))
    if MemberRole.LEAD in roles:
        return False
    return member.role == MemberRole.KEEPER or MemberRole.KEEPER not in roles


def lock_as_member(case: CaseFile, actor: User) -> CaseFile:
    """Lock the file, also a closed one, for someone named on it who writes.

    Raises `MissingCapability`, `NotNamed`.
    """
    require(actor, Capability.WRITE_CASE)
    locked = CaseFile.objects.select_for_update().get(pk=case.pk)
    if membership(locked, actor) is None:
        who = " or ".join(leads_of(locked))
        raise NotNamed(
            f"Only people named on {locked.code} may write in it. {who} can add you."
        )
    return locked


def lock_for_writing(case: CaseFile, actor: User) -> CaseFile:
    """Lock the file and return it, if `actor` may write in it.

    Call inside a transaction: until its end no access, level or text of the file
    changes. Raises `MissingCapability`, `NotNamed`, and `CaseRefused` for a closed one.
    """
    locked = lock_as_member(case, actor)
    if locked.state == CaseState.CLOSED:
        raise CaseRefused(f"{locked.code} is closed. Its lead can open it again.")
    return locked


def lock_as_lead(case: CaseFile, actor: User) -> CaseFile:
    """The same for what only a lead does: give and take access, raise the level.

    A closed file too: access to it still ends and its level still rises.
    """
    require(actor, Capability.GIVE_ACCESS)
    locked = lock_as_member(case, actor)
    if not leads(locked, membership(locked, actor)):
        who = " or ".join(leads_of(locked))
        raise NotNamed(f"Only the lead of {locked.code} may do this: {who}.")
    return locked


def is_restricted(case: CaseFile) -> bool:
    """True if every reading of the file is recorded."""
    return case.level != CaseLevel.ORGANISATION

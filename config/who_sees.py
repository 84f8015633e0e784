"""Who sees a given case file, and why."""

from dataclasses import dataclass

from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import CaseLevel, MemberRole
from cases.models import CaseFile, CaseMember


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether `user` sees the file; `why` is a sentence for people."""

    user: User
    sees: bool
    why: str


def who_sees(*, code: str) -> list[Sight] | None:
    """Return an answer for every active user, those who see it first.

    The answer is the very query that pages use. None if there is no such file.
    """
    case = CaseFile.objects.filter(code=code).first()
    if case is None:
        return None
    members = {
        member.user_id: member
        for member in case.members.current().select_related("added_by")
    }
    found = [
        _sight(user, case, members.get(user.pk))
        for user in User.objects.filter(is_active=True)
    ]
    return sorted(found, key=lambda one: (not one.sees, one.user.name))


def _sight(user: User, case: CaseFile, member: CaseMember | None) -> Sight:
    sees = CaseFile.objects.visible_to(user).filter(pk=case.pk).exists()
    if not sees:
        return Sight(user, sees, f"does not see it: {_closed(case)}")
    if member is not None:
        role = MemberRole(member.role).label.lower()
        return Sight(
            user,
            sees,
            f"sees it: named as {role} by {member.added_by.name} on "
            f"{member.added_at:%Y-%m-%d}, “{member.reason}”",
        )
    return Sight(
        user,
        sees,
        f"sees it: the file is open to the organisation, and the role of "
        f"{user.get_role_display().lower()} may {Capability.OPEN_CASE.value}",
    )


def _closed(case: CaseFile) -> str:
    if case.level == CaseLevel.ORGANISATION:
        return "the role opens no case files, and the user is not named on it"
    return "only named people do, and the user is not one of them"

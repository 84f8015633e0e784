"""Who sees a given case file, and why: the very query that pages use."""

from dataclasses import dataclass
from datetime import datetime

from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import CaseLevel, MemberRole
from cases.models import CaseBar, CaseFile, CaseMember, Glass


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether `user` sees the file; `why` is a sentence for people."""

    user: User
    sees: bool
    why: str


def sights_of(case: CaseFile | None, *, at: datetime, with_words: bool) -> list[Sight]:
    """Return an answer for every active user, those who see the file first.

    `with_words` adds the reasons that people wrote, which may tell what the file is
    about: for those who see it. No file is seen by nobody, in the same words as one of
    named people.
    """
    members: dict[int, CaseMember] = {}
    glasses: dict[int, Glass] = {}
    barred: set[int] = set()
    if case is not None:
        current = case.members.current().select_related("added_by")
        members = {member.user_id: member for member in current}
        broken = case.glasses.open_at(at).select_related("consented_by")
        glasses = {glass.asked_by_id: glass for glass in broken}
        bars = case.bars.filter(ended_at=None)
        barred = set(bars.values_list("user_id", flat=True)) if with_words else set()
    found = []
    for user in User.objects.filter(is_active=True):
        sees = case is not None and _sees(user, case)
        if case is None or not sees:
            why = f"does not see it: {_closed(case, user, barred)}"
        elif user.pk in members:
            why = f"sees it: {_named(members[user.pk], with_words=with_words)}"
        elif user.pk in glasses:
            why = f"sees it: {_broken(glasses[user.pk])}"
        else:
            why = (
                "sees it: the file is open to the organisation, and the role of "
                f"{user.get_role_display().lower()} may {Capability.OPEN_CASE.value}"
            )
        found.append(Sight(user, sees, why))
    return sorted(found, key=lambda one: (not one.sees, one.user.name))


def file_to_look_up(code: str, *, reader: User) -> CaseFile | None:
    """Return the file that `reader` may ask about, None for one that bars them."""
    bars = CaseBar.objects.filter(user=reader, ended_at=None)
    found = CaseFile.objects.filter(code=code)
    return found.exclude(pk__in=bars.values("case_id")).first()


def _sees(user: User, case: CaseFile) -> bool:
    return bool(CaseFile.objects.visible_to(user).filter(pk=case.pk).exists())


def _named(member: CaseMember, *, with_words: bool) -> str:
    said = (
        f"named as {MemberRole(member.role).label.lower()} by {member.added_by.name} "
        f"on {member.added_at:%Y-%m-%d}"
    )
    return f"{said}, “{member.reason}”" if with_words else said


def _broken(glass: Glass) -> str:
    consent = glass.consented_by.name if glass.consented_by else ""
    return (
        f"broke the glass with the consent of {consent}, until "
        f"{glass.ends_at:%Y-%m-%d %H:%M} UTC"
    )


def _closed(case: CaseFile | None, user: User, barred: set[int]) -> str:
    if user.pk in barred:
        return "barred from it"
    if case is not None and case.level == CaseLevel.ORGANISATION:
        return "the role opens no case files, and the user is not named on it"
    return "only named people do, and the user is not one of them"

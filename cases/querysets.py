"""Who may see what of our own work. Everything fails closed."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.choices import (
    STANDING_ROLES,
    CaseLevel,
    ExportProfile,
    GlassState,
    NoteKind,
)
from notices.querysets import notices_open_to

if TYPE_CHECKING:
    Viewer = User | AnonymousUser


# What a role must hold to read a file of a level that names its user.
_NAMED_READ = {
    CaseLevel.ORGANISATION: Capability.SEE_RESTRICTED_CASES,
    CaseLevel.RESTRICTED: Capability.SEE_RESTRICTED_CASES,
    CaseLevel.WALLED: Capability.SEE_WALLED_CASES,
}


def cases_open_to(user: "Viewer", prefix: str = "") -> Q | None:
    """Return the condition for case files that `user` may see, or None for none.

    Files of the organisation are open to everyone who may open one; any other file only
    to the people named on it, if their role reads files of its level. Being
    administrator opens no file: that takes a broken glass, which ends by its time.
    """
    if not isinstance(user, User) or not user.is_active:
        return None
    ways: list[Q] = []
    if user.can(Capability.OPEN_CASE):
        ways.append(Q(**{f"{prefix}level": CaseLevel.ORGANISATION}))
    levels = [level for level, needed in _NAMED_READ.items() if user.can(needed)]
    if levels:
        member_of = user.case_memberships.current().values("case_id")
        named = Q(**{f"{prefix}pk__in": member_of})
        if len(levels) < len(_NAMED_READ):
            named &= Q(**{f"{prefix}level__in": levels})
        ways.append(named)
    if user.can(Capability.BREAK_GLASS):
        broken = user.glasses.open_at(timezone.now()).exclude(case=None)
        ways.append(Q(**{f"{prefix}pk__in": broken.values("case_id")}))
    return reduce(or_, ways) if ways else None


class ReviewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Reviews of visible notices, for roles that read findings."""
        condition = notices_open_to(user, "notice__")
        if condition is None or not user.can(Capability.SEE_FINDINGS):  # type: ignore[union-attr]
            return self.none()
        return self.filter(condition)


class TransitionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        condition = notices_open_to(user, "review__notice__")
        if condition is None or not user.can(Capability.SEE_FINDINGS):  # type: ignore[union-attr]
            return self.none()
        return self.filter(condition)


class SealedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """What one wrote oneself, of notices that one still sees."""
        condition = notices_open_to(user, "step__review__notice__")
        if condition is None or not user.can(Capability.SEE_FINDINGS):  # type: ignore[union-attr]
            return self.none()
        return self.filter(condition, step__actor=user)


class OfReviewQuerySet(models.QuerySet[Any]):
    """For rows that belong to one review through `review`, for readers of findings."""

    def visible_to(self, user: "Viewer") -> Self:
        condition = notices_open_to(user, "review__notice__")
        if condition is None or not user.can(Capability.SEE_FINDINGS):  # type: ignore[union-attr]
            return self.none()
        return self.filter(condition)


class OwnOfReviewQuerySet(OfReviewQuerySet):
    """The same, and one's own alone: `owner` is the path to whose they are."""

    owner = "user"

    def visible_to(self, user: "Viewer") -> Self:
        rows = super().visible_to(user)
        return rows.filter(**{self.owner: user}) if isinstance(user, User) else rows


class DraftQuerySet(OwnOfReviewQuerySet):
    owner = "author"


class CaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        condition = cases_open_to(user)
        return self.none() if condition is None else self.filter(condition)

    def noting_readings(self) -> Self:
        """Of these, the files of which each reading is recorded."""
        return self.exclude(level=CaseLevel.ORGANISATION)

    def naming(self, user: "Viewer") -> Self:
        """Of these, the files that name `user`: their part of the audit log."""
        if not isinstance(user, User):
            return self.none()
        named = user.case_memberships.current().values("case_id")
        return self.visible_to(user).filter(pk__in=named)


class MemberQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Members whose access was not taken away and has not run out."""
        today = timezone.now().date()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=today), ended_at__isnull=True
        )

    def who_can_read_walls(self) -> Self:
        """Members who still read a walled file that names them.

        Whoever has left, or has a role that reads none, keeps no wall up.
        """
        roles = roles_with(Capability.SEE_WALLED_CASES)
        return self.filter(user__is_active=True, user__role__in=roles)

    def walls_locked(self) -> Self:
        """Memberships of walled files, with a lock on each file, in one order."""
        rows = self.filter(case__level=CaseLevel.WALLED, ended_at=None)
        rows = rows.select_related("case").order_by("case_id", "pk")
        return rows.select_for_update(of=("case",))

    def holding_a_wall(self) -> Self:
        """Of these, the parts of lead or keeper that nobody else could take at once."""
        others = (
            self.model._default_manager.current()
            .who_can_read_walls()
            .filter(case=OuterRef("case"), role=OuterRef("role"))
            .exclude(user=OuterRef("user"))
        )
        held = self.current().who_can_read_walls()
        standing = held.filter(case__level=CaseLevel.WALLED, role__in=STANDING_ROLES)
        return standing.filter(~Exists(others))

    def visible_to(self, user: "Viewer") -> Self:
        condition = cases_open_to(user, "case__")
        return self.none() if condition is None else self.filter(condition)


class OfCaseQuerySet(models.QuerySet[Any]):
    """For rows that belong to one case file through `case`."""

    def visible_to(self, user: "Viewer") -> Self:
        condition = cases_open_to(user, "case__")
        return self.none() if condition is None else self.filter(condition)


class NoteQuerySet(OfCaseQuerySet):
    def visible_to(self, user: "Viewer") -> Self:
        """Counsel's notes only for roles that read them.

        Contacts with the person only for their author and for roles that read protected
        facts, where named: how somebody is reached is nobody else's business.
        """
        notes = super().visible_to(user)
        if not isinstance(user, User):
            return notes
        if not user.can(Capability.SEE_COUNSEL_NOTES):
            notes = notes.filter(is_counsel_only=False)
        open_to = ~Q(kind=NoteKind.CONTACT) | Q(author=user)
        if user.can(Capability.SEE_PROTECTED_FACTS):
            member_of = user.case_memberships.current().values("case_id")
            open_to |= Q(case__in=member_of)
        return notes.filter(open_to)


class ExportQuerySet(OfCaseQuerySet):
    def visible_to(self, user: "Viewer") -> Self:
        """One's own exports, while the case file is still open to the person."""
        exports = super().visible_to(user)
        if not isinstance(user, User):
            return self.none()
        return exports.filter(requested_by=user)

    def to_sign_by(self, user: "Viewer") -> Self:
        """Public copies of files that `user` sees, for roles that sign."""
        if not isinstance(user, User) or not user.can(Capability.SIGN):
            return self.none()
        seen = OfCaseQuerySet.visible_to(self, user)
        return seen.filter(profile=ExportProfile.PUBLIC)


class OwnQuerySet(models.QuerySet[Any]):
    """For rows that belong to one reader."""

    path = "reader"

    def visible_to(self, user: "Viewer") -> Self:
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(**{self.path: user})


class ViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """One's own filters and those that colleagues share, for the inbox."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if not (user.can(Capability.PROPOSE) or user.can(Capability.SIGN)):
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))


class AlertQuerySet(OfCaseQuerySet):
    def visible_to(self, user: "Viewer") -> Self:
        """One's own, while the file is still open to the person."""
        alerts = super().visible_to(user)
        return alerts.filter(user=user) if isinstance(user, User) else self.none()


class BulkQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """What one did oneself."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(actor=user)


class GlassQuerySet(models.QuerySet[Any]):
    def open_at(self, at: datetime) -> Self:
        """Broken and neither ended nor run out at `at`."""
        return self.filter(state=GlassState.OPEN, ends_at__gt=at)

    def visible_to(self, user: "Viewer") -> Self:
        """All requests for those who break glass; those on a file for its people."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.can(Capability.BREAK_GLASS):
            return self.all()
        condition = cases_open_to(user, "case__")
        return self.none() if condition is None else self.filter(condition)


class TombstoneQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """For those who could see what is gone."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(readers=user)


class FollowQuerySet(OwnQuerySet):
    def visible_to(self, user: "Viewer") -> Self:
        """One's own; none from before the account was closed, if ever it was."""
        follows = super().visible_to(user)
        if isinstance(user, User) and user.left_at is not None:
            return follows.filter(created_at__gt=user.left_at)
        return follows

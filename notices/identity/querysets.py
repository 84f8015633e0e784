"""Who may see which people side by side. Everything fails closed."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef

from accounts.capabilities import Capability
from accounts.models import User

if TYPE_CHECKING:
    Viewer = User | AnonymousUser


def _reads_findings(user: "Viewer") -> bool:
    return isinstance(user, User) and user.can(Capability.SEE_FINDINGS)


def _person(rows: models.QuerySet[Any], user: "Viewer", path: str) -> Exists:
    """Return the condition that `user` may see the person at `path`."""
    people = rows.model._meta.apps.get_model("notices", "Person").objects
    return Exists(people.visible_to(user).filter(pk=OuterRef(path)))


class PairQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Pairs of which a reader of findings may see both."""
        if not _reads_findings(user):
            return self.none()
        return self.filter(
            _person(self, user, "left_id"), _person(self, user, "right_id")
        )


class StepQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        if not _reads_findings(user):
            return self.none()
        return self.filter(
            _person(self, user, "pair__left_id"), _person(self, user, "pair__right_id")
        )


class MergeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Merges of which a reader of findings may see everybody."""
        if not _reads_findings(user):
            return self.none()
        members = self.model._meta.get_field("members").related_model.objects
        hidden = members.filter(merge=OuterRef("pk")).exclude(
            _person(members.all(), user, "person_id")
        )
        return self.filter(~Exists(hidden))


class MergeMemberQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        if not _reads_findings(user):
            return self.none()
        return self.filter(_person(self, user, "person_id"))


class MatterQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Affairs of which a reader of findings may see somebody."""
        if not _reads_findings(user):
            return self.none()
        members = self.model._meta.get_field("people").related_model.objects
        return self.filter(
            Exists(members.visible_to(user).filter(matter=OuterRef("pk")))
        )


class MatterPersonQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """People of an affair whom `user` may see, those taken out left out."""
        if not _reads_findings(user):
            return self.none()
        return self.filter(_person(self, user, "person_id"), removed_at=None)

"""Who may read which entry of the log. Everything fails closed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.capabilities import Capability

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

USERS = "accounts.user"


class AuditQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Entries about what `user` may see anyway (`design/security.md`, section 3).

        - About log-ins, users and settings: one's own; all for an administrator.
        - About any other object: only while `visible_to(user)` of its own model shows
          the object, so that a walled file leaves no trace here either.
        - Without the right to verify the log: only one's own acts.

        The first answer is the rule of the object's model, looked up by its name: this
        layer need not know the models above it, and one without a rule stays hidden.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        own = Q(actor_id_text=str(user.pk))
        people = Q(object_type__in=["", USERS])
        if not user.can(Capability.SEE_USERS):
            people &= own | Q(object_type=USERS, object_id=str(user.pk))
        objects: Any = Q(pk__in=[])
        for model in apps.get_models():
            manager = model._default_manager
            if hasattr(manager, "visible_to") and model is not self.model:
                objects |= Q(object_type=model._meta.label_lower) & Exists(
                    manager.visible_to(user).filter(pk=OuterRef("object_pk"))
                )
        if not user.can(Capability.VERIFY_AUDIT):
            objects &= own
        return self.filter(people | objects)


class TokenQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own tokens; of others' only administrators see that they are there."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.can(Capability.SEE_USERS):
            return self.all()
        return self.filter(owner=user)

    def live(self, at: datetime) -> Self:
        """Tokens that open something at `at`."""
        return self.filter(revoked_at=None, expires_at__gt=at, owner__is_active=True)

"""Who may see what of accounts. Everything fails closed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from accounts.capabilities import Capability

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class TokenQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own tokens; of others' only administrators see that they are there."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.can(Capability.SEE_USERS):
            return self.all()
        return self.filter(owner=user)

    def live(self, at: datetime) -> Self:
        """Tokens that open something at `at`; what is older than a leaving is over."""
        return self.filter(
            Q(owner__left_at=None) | Q(created_at__gt=F("owner__left_at")),
            revoked_at=None,
            expires_at__gt=at,
            owner__is_active=True,
        )

"""Secrets by which a person's own programs read over the API."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q

from accounts.choices import Scope
from accounts.querysets import TokenQuerySet
from accounts.validators import plain_line

# The longest that a token lasts (`design/security.md`, section 4).
LONGEST_LIFE = timedelta(days=90)


class ApiToken(models.Model):
    """One secret, kept as its hash; it opens what its owner may see, never more."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=80, validators=[plain_line])
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices),
        validators=[MinLengthValidator(1)],
    )
    # SHA-256 of the secret; the secret itself is shown once and kept nowhere.
    hash = models.CharField(max_length=64, unique=True)
    # The first letters of the secret, by which its owner knows it again.
    start = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # To the minute.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + LONGEST_LIFE),
                name="token_lives_90_days_at_most",
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0)
                & Q(scopes__contained_by=list(Scope.values)),
                name="token_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(hash__regex="^[0-9a-f]{64}$"),
                name="token_is_kept_as_its_hash",
            ),
        )
        ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    @property
    def scope_labels(self) -> list[str]:
        """What it opens, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]

"""Filters of the inbox that somebody kept under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.querysets import ViewQuerySet
from notices.keys import random_key


class SavedView(models.Model):
    """A filter under a name: for its owner alone, or for all who work in the inbox."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=80)
    # The query string, canonical (sorted) so that it can be compared.
    query = models.CharField(max_length=600)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = ViewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "name"], name="view_name_once_an_owner"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        )
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return "saved filter"

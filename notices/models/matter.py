"""Affairs: several people who are wanted over the same thing."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from notices.identity.choices import Ground
from notices.identity.querysets import MatterPersonQuerySet, MatterQuerySet
from notices.keys import random_key
from notices.models.person import Person

_AUTHOR = settings.AUTH_USER_MODEL


class Matter(models.Model):
    """One affair over which several people are wanted."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    # Whoever sees one of its people reads it: it names nobody.
    title = models.CharField(max_length=160)
    opened_by = models.ForeignKey(_AUTHOR, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = MatterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="matter_has_a_title"),
        )
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return f"Matter {self.key}"


class MatterPerson(models.Model):
    """Somebody who belongs to an affair: on what ground, who says so and why."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="matters")
    ground = models.CharField(max_length=8, choices=Ground.choices)
    reason = models.TextField()
    added_by = models.ForeignKey(_AUTHOR, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_reason = models.TextField(blank=True)
    removed_by = models.ForeignKey(
        _AUTHOR, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)

    objects = MatterPersonQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["matter", "person"],
                condition=Q(removed_at=None),
                name="matter_person_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="matter_person_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removed_reason="")
                | Q(removed_at__isnull=False, removed_by__isnull=False)
                & ~Q(removed_reason=""),
                name="matter_person_removed_by_whom_and_why",
            ),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.person_id} in {self.matter_id}"

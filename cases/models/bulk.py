"""The same step for many notices: what was chosen, how far it is, what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.choices import BulkItemState, BulkKind, BulkState, Outcome, ReasonCode
from cases.models.review import Review
from cases.querysets import BulkQuerySet
from notices.keys import random_key


class Bulk(models.Model):
    """One act on many notices. First it is shown, then done, then it can be undone."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    kind = models.CharField(max_length=10, choices=BulkKind.choices)
    state = models.CharField(
        max_length=8, choices=BulkState.choices, default=BulkState.PREVIEW
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulks"
    )
    # What goes to each of them.
    note = models.TextField(blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    tag = models.CharField(max_length=40, blank=True)
    until = models.DateField(null=True)
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    reason_code = models.CharField(
        max_length=20, choices=ReasonCode.choices, blank=True
    )
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    attempt = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    objects = BulkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.FLAGGED), name="bulk_never_flags"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BulkKind.values), name="bulk_kind_known"
            ),
        )
        indexes = (
            models.Index(
                fields=["state"],
                name="bulk_at_work",
                condition=Q(state__in=["queued", "running", "undoing"]),
            ),
            models.Index(fields=["actor", "-id"], name="bulk_of_person"),
        )
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.key}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return self.get_kind_display()


class BulkItem(models.Model):
    """One notice among them: the version that was shown, and what became of it."""

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="items")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    seen_version = models.IntegerField()
    state = models.CharField(
        max_length=8, choices=BulkItemState.choices, default=BulkItemState.WAITING
    )
    # Why it was skipped, or left as it is.
    why = models.CharField(max_length=200, blank=True)
    # The review's version after the step, or the row that was made.
    made = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bulk", "review"], name="bulk_each_notice_once"
            ),
        )
        indexes = (models.Index(fields=["bulk", "state", "id"], name="bulk_items"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.review_id} in {self.bulk_id}"

"""What the rules say about a notice."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from notices.choices import Band, Level
from notices.models.notice import Notice
from notices.querysets import FindingQuerySet, FindingsQuerySet


class Screening(models.Model):
    """All findings of a notice under one rule version. Old ones stay as they were."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="screenings"
    )
    rules_version = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    input_hash = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True)
    # Each output: {"band", "reasons": […], …}; never summed into one.
    rule_breach = models.JSONField(default=dict)
    article_2_3 = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    urgency = models.JSONField(default=dict)
    unknown = ArrayField(models.TextField(), default=list)
    # What was compared with other records, and what there was nothing to compare with.
    context_notes = ArrayField(models.TextField(), default=list)
    breach_band = models.CharField(max_length=12, choices=Band.choices)
    article_band = models.CharField(max_length=12, choices=Band.choices)
    evidence_band = models.CharField(max_length=12, choices=Band.choices)
    concern = models.FloatField(default=0)

    objects = FindingsQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(is_current=True),
                name="screening_one_current_per_notice",
            ),
        )
        indexes = (BrinIndex(fields=["made_at"], name="screening_time"),)
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.notice_id} under {self.rules_version}"


class Finding(models.Model):
    """One indicator or counter-indicator that holds."""

    screening = models.ForeignKey(
        Screening, on_delete=models.CASCADE, related_name="findings"
    )
    indicator = models.CharField(max_length=4)
    is_counter = models.BooleanField(default=False)
    articles = ArrayField(models.CharField(max_length=120), default=list)
    is_verified = models.BooleanField(default=False)
    strength = models.SmallIntegerField()
    level = models.CharField(max_length=12, choices=Level.choices)
    quote = models.TextField(blank=True)
    field = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    # Context is shown apart and never weighed.
    is_context = models.BooleanField(default=False)
    # The records that it rests on: ["notice", key] or ["entry", key] each.
    rests_on = models.JSONField(default=list)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(strength__gte=1, strength__lte=3),
                name="finding_strength_1_to_3",
            ),
        )
        ordering = ("is_counter", "-strength", "indicator")

    def __str__(self) -> str:
        return self.indicator

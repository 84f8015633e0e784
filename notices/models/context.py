"""What users keep on record about states: dated events, and what sources say."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from notices.choices import RECORD_KINDS, ContextKind, Level
from notices.fields import PartialDateField
from notices.keys import random_key
from notices.models.country import Country
from notices.querysets import ContextQuerySet

# To the day or the month: a year alone cannot be compared with the day of an alert.
_DAY_OR_MONTH = r"^\d{4}-\d{2}(-\d{2})?$"


class ContextEntry(models.Model):
    """One event in a state, or one thing that a source says of it, with its date.

    It is about a state and never about a person who is protected: everybody who reads
    notices reads it.
    """

    key = models.CharField(max_length=12, unique=True, default=random_key)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="context_entries"
    )
    kind = models.CharField(max_length=16, choices=ContextKind.choices)
    # When it happened or began; of a report, when it was published.
    happened_on = PartialDateField(null=False, blank=False)
    until = PartialDateField()
    what = models.CharField(max_length=500)
    source = models.CharField(max_length=500)
    level = models.CharField(max_length=12, choices=Level.choices)
    # For demonstrations: nothing of it happened.
    is_invented = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)
    # When the notices that it touches were screened again because it had become old.
    aged_at = models.DateTimeField(null=True)

    objects = ContextQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=ContextKind.values), name="context_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(happened_on__regex=_DAY_OR_MONTH)
                & (Q(until=None) | Q(until__regex=_DAY_OR_MONTH)),
                name="context_dated_to_the_month",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(what=""), name="context_has_a_source"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="context_withdrawn_for_a_reason",
            ),
            models.UniqueConstraint(
                "country",
                "kind",
                "happened_on",
                MD5("what"),
                condition=Q(withdrawn_at=None),
                name="context_entry_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["country", "-happened_on", "-id"], name="context_of_country"
            ),
            models.Index(fields=["-happened_on", "-id"], name="context_by_time"),
        )
        ordering = ("-happened_on", "-pk")
        verbose_name_plural = "context entries"

    def __str__(self) -> str:
        return self.what

    @property
    def is_record(self) -> bool:
        """Whether a source says it of the state, rather than that it happened."""
        return self.kind in RECORD_KINDS

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return f"{self.get_kind_display()}, {self.country_id}, {self.happened_on}"


class CopiedText(models.Model):
    """A charge text that many people are sought in, as far as screenings know it.

    `people` is the step that was reached when the notices with it were screened last.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    people = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.people} people in one text"

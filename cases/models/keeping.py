"""How long things are kept, what holds them, and what stays when they are gone."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import ErasureScope, ExpiryState, RetentionKind
from cases.models.case import CaseFile
from cases.querysets import OfCaseQuerySet, TombstoneQuerySet
from notices.keys import random_key

_USER = settings.AUTH_USER_MODEL
LONGEST_MONTHS = 1200


class RetentionRule(models.Model):
    """What an administrator decided for one kind; `months` None: kept for good."""

    kind = models.CharField(
        max_length=14, choices=RetentionKind.choices, primary_key=True
    )
    months = models.IntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(months=None) | Q(months__gte=1, months__lte=LONGEST_MONTHS),
                name="retention_a_month_to_a_hundred_years",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="retention_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.months}"

    # In the audit log this is a setting of the house.
    audit_setting = True

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return self.get_kind_display()


class Expiry(models.Model):
    """Something whose time is coming: one closed file, or all of a kind up to a day."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    kind = models.CharField(max_length=14, choices=RetentionKind.choices)
    case = models.ForeignKey(
        CaseFile, on_delete=models.CASCADE, null=True, related_name="expiries"
    )
    state = models.CharField(
        max_length=10, choices=ExpiryState.choices, default=ExpiryState.AHEAD
    )
    # Of a kind: what was there before this moment goes.
    until = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    due_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    # How many went.
    count = models.IntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "case"],
                condition=Q(state=ExpiryState.AHEAD),
                name="expiry_one_ahead",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, kind=RetentionKind.CASE_FILE)
                | Q(case=None) & ~Q(kind=RetentionKind.CASE_FILE),
                name="expiry_of_a_file_or_of_a_kind",
            ),
        )
        ordering = ("due_on", "pk")
        verbose_name_plural = "expiries"

    def __str__(self) -> str:
        return f"{self.kind} on {self.due_on}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return self.get_kind_display()

    @property
    def audit_file(self) -> str:
        """The case file that an entry of the log about it belongs to."""
        return str(self.case_id or "")


class ExpiryWarning(models.Model):
    """One telling that something will go; nothing goes before somebody answered."""

    expiry = models.ForeignKey(
        Expiry, on_delete=models.CASCADE, related_name="warnings"
    )
    days = models.SmallIntegerField()
    told_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["expiry", "days"], name="expiry_warned_once_a_step"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="warning_acknowledged_by_somebody",
            ),
        )
        ordering = ("-days",)

    def __str__(self) -> str:
        return f"{self.expiry_id}: {self.days} days ahead"


class LegalHold(models.Model):
    """A lawyer's word that nothing of a file may go. The file cannot go before it.

    The reference protects: while a hold stands, the database itself keeps the file.
    """

    key = models.CharField(max_length=16, unique=True, default=random_key)
    case = models.ForeignKey(CaseFile, on_delete=models.RESTRICT, related_name="holds")
    reason = models.CharField(max_length=300)
    placed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.CharField(max_length=300, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at=None), name="hold_one_a_file"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None, lifted_because="")
                | Q(lifted_by__isnull=False, lifted_at__isnull=False)
                & ~Q(lifted_by=F("placed_by"))
                & ~Q(lifted_because=""),
                name="hold_lifted_by_another_with_a_reason",
            ),
        )
        ordering = ("-placed_at",)

    def __str__(self) -> str:
        return f"hold on {self.case_id}"


class Erasure(models.Model):
    """The wish to erase: one asks, another one performs, seven days pass."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    case = models.ForeignKey(
        CaseFile, on_delete=models.CASCADE, related_name="erasures"
    )
    scope = models.CharField(max_length=7, choices=ErasureScope.choices)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case", "scope"],
                condition=Q(stopped_at=None, done_at=None),
                name="erasure_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="erasure_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
                name="erasure_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None, due_at=None)
                | Q(confirmed_by__isnull=False, due_at__gt=F("confirmed_at")),
                name="erasure_waits_after_it_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(stopped_at=None, done_at__gte=F("due_at")),
                name="erasure_done_when_due_and_not_stopped",
            ),
        )
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.scope} of {self.case_id}"


class Tombstone(models.Model):
    """What stays of what is gone: which, why, by which rule, who and when."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    # The code name of a file: random, and the name by which people look for it.
    code = models.CharField(max_length=24, blank=True)
    reason = models.CharField(max_length=300)
    rule = models.CharField(max_length=120)
    asked_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    performed_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    erased_at = models.DateTimeField()
    # Those who could see it when it went, and nobody else, see its stone.
    readers: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        _USER, related_name="+"
    )

    # Its readers read of it in the log too; the file that could name them is gone.
    audit_by_itself = True

    objects = TombstoneQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="tombstone_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "erased_at"], name="tombstone_once"
            ),
        )
        ordering = ("-erased_at",)

    def __str__(self) -> str:
        return self.code or f"{self.kind} {self.object_id}"

    @property
    def audit_file(self) -> str:
        """The case file that the log counts this to."""
        return str(self.object_id) if self.kind == ErasureScope.FILE else ""


class Restoration(models.Model):
    """A backup was restored: mail stays in the house until somebody says go."""

    restored_at = models.DateTimeField()
    backup_made_at = models.DateTimeField()
    head_seq = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    mail_released_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    mail_released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"restored {self.restored_at:%Y-%m-%d}"

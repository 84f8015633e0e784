"""Copies of a case file that leave the app."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import (
    EXPORT_UNSIGNED,
    ExportFormat,
    ExportProfile,
    ExportState,
)
from cases.models.case import CaseFile
from cases.querysets import ExportQuerySet
from notices.keys import random_key


class Export(models.Model):
    """One export job: who took which copy, when, why and for whom."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="exports")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    profile = models.CharField(max_length=10, choices=ExportProfile.choices)
    format = models.CharField(
        max_length=5, choices=ExportFormat.choices, default=ExportFormat.PDF
    )
    purpose = models.CharField(max_length=300)
    recipient = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10, choices=ExportState.choices, default=ExportState.QUEUED
    )
    # Of public copies: the consent as it was when the copy was asked for, and the
    # second person who signed it or refused.
    consent = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    # Of what the copy would have said when it was signed: nothing else is made.
    signed_digest = models.CharField(max_length=64, blank=True)
    attempt = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    step = models.CharField(max_length=120, blank=True)
    failure = models.TextField(blank=True)
    # Letters that no font has and that were replaced, field by field.
    remarks = models.JSONField(default=list)
    # Entries of the file that the profile left out; null until the copy is made.
    redactions = models.IntegerField(null=True)
    path = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.IntegerField(null=True)
    # The anchor of the audit log when the copy was made.
    audit_seq = models.BigIntegerField(null=True)
    audit_head = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY)
                | ~Q(path="") & ~Q(sha256="") & Q(expires_at__isnull=False),
                name="export_ready_has_a_file",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(recipient=""),
                name="export_says_why_and_for_whom",
            ),
            models.CheckConstraint(
                condition=~Q(profile=ExportProfile.PUBLIC)
                | Q(state__in=EXPORT_UNSIGNED)
                | Q(answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answered_by=F("requested_by"))
                & ~Q(consent="")
                & ~Q(signed_digest=""),
                name="export_public_is_signed_by_a_second_person",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                name="export_unfinished",
                condition=Q(state__in=["queued", "rendering", "checking"]),
            ),
            models.Index(
                fields=["case"],
                name="export_unsigned",
                condition=Q(state=ExportState.UNSIGNED),
            ),
        )
        ordering = ("-requested_at",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.profile}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return self.case.code

    @property
    def audit_file(self) -> str:
        """The case file that the log counts this copy to."""
        return str(self.case_id)

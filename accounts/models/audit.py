"""The log of who did what, one hash chain (`design/security.md`, section 5)."""

from typing import Any

from django.db import models
from django.db.models import Case, Expression, F, Q, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now

from accounts.audit.visibility import AuditQuerySet


def _from_text(field: str, key: str, length: int) -> Any:
    """A column that the database itself reads out of the hashed text."""
    expression: Expression = KeyTextTransform(key, Cast(field, models.JSONField()))
    return models.GeneratedField(
        expression=expression,
        output_field=models.CharField(max_length=length, null=True),
        db_persist=True,
    )


def _number_from_facts(key: str) -> Any:
    """The same for a key of an object; None if it is no whole number."""
    return models.GeneratedField(
        expression=Case(
            When(
                Q(facts__regex=rf'"{key}":"[0-9]{{1,18}}"'),
                then=Cast(
                    KeyTextTransform(key, Cast("facts", models.JSONField())),
                    models.BigIntegerField(),
                ),
            )
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )


class AuditEntry(models.Model):
    """One act. What a filter or a page shows is read from the text that is hashed.

    `accounts.audit.record.record` gives `facts` and `words`; a trigger of the database
    gives the rest and moves the head (migration `0002_audit_chain`). Rows never change.
    """

    seq = models.BigIntegerField(primary_key=True, db_default=0)
    at = models.DateTimeField(db_default=Now())
    # Canonical JSON: hashes of the texts below, time, number, the hash before.
    entry = models.TextField(db_default="")
    # Canonical JSON of ids: who, what, to which object.
    facts = models.TextField()
    # Canonical JSON of what people wrote: the object's name, before, after, reason.
    words = models.TextField(null=True)
    hash = models.CharField(max_length=64, db_default="")

    action = _from_text("facts", "action", 64)
    actor_id_text = _from_text("facts", "actor", 32)
    object_type = _from_text("facts", "object_type", 64)
    object_id = _from_text("facts", "object_id", 64)
    object_pk = _number_from_facts("object_id")
    # The case file that it belongs to.
    file_pk = _number_from_facts("file")
    label = _from_text("words", "label", 300)

    # Told by `with_hashes_for`: whether the reader may read it in words.
    is_open: bool

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ("-seq",)
        indexes = (
            models.Index(F("at").desc(), F("seq").desc(), name="audit_time"),
            models.Index(
                fields=["object_type", "object_id", "-at"], name="audit_object"
            ),
            models.Index(fields=["actor_id_text", "-at"], name="audit_actor"),
            models.Index(fields=["action", "-at"], name="audit_action"),
            models.Index(fields=["label", "-at"], name="audit_label"),
            models.Index(fields=["file_pk", "-at"], name="audit_file"),
        )
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class AnchorMail(models.Model):
    """The anchor of one day for one address: told once, kept as it was told."""

    day = models.DateField()
    address = models.EmailField()
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)
    # Set before the mail server gets it. Without an end beside it nobody knows whether
    # the mail went, and it is not sent again.
    started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "address"], name="anchor_mail_once_a_day"
            ),
        )
        indexes = (
            models.Index(
                fields=["day"],
                name="anchor_mail_waiting",
                condition=Q(sent_at__isnull=True, started_at__isnull=True),
            ),
        )
        ordering = ("-day", "address")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.seq}"


class AuditHead(models.Model):
    """The last number and hash of the chain: one row, locked by each writer."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(id=1), name="audit_head_is_one_row"
            ),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"

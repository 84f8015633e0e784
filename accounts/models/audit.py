"""The log of who did what, one hash chain (`design/security.md`, section 5)."""

from django.db import models


class AuditEntry(models.Model):
    """One act. `entry`, `facts` and `words` are kept as the very text that is hashed."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor_id_text = models.CharField(max_length=32, blank=True)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    entry = models.TextField()
    facts = models.TextField()
    words = models.TextField(null=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-seq",)
        indexes = (
            models.Index(fields=["object_type", "object_id", "-seq"], name="audit_object"),
            models.Index(fields=["actor_id_text", "-seq"], name="audit_actor"),
            models.Index(fields=["action", "-seq"], name="audit_action"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class AuditHead(models.Model):
    """The last number and hash of the chain: one row, locked by each writer."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"

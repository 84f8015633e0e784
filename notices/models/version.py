"""What a notice said at a time, and what changed."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from notices.choices import ChangeKind
from notices.models.feed import Feed, FeedRun
from notices.models.notice import Notice
from notices.querysets import OfNoticeQuerySet


class RawRecord(models.Model):
    """What was received, to the letter."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(FeedRun, on_delete=models.PROTECT, related_name="records")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="records")
    received_at = models.DateTimeField()
    source = models.CharField(max_length=300)
    row = models.BigIntegerField(null=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        indexes = (BrinIndex(fields=["received_at"], name="raw_record_time"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.row}"


class NoticeVersion(models.Model):
    """Every value of a notice as it stood; number 1 is how we first saw it."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.IntegerField()
    run = models.ForeignKey(
        FeedRun, on_delete=models.PROTECT, null=True, related_name="+"
    )
    record = models.ForeignKey(
        RawRecord, on_delete=models.PROTECT, null=True, related_name="+"
    )
    seen_at = models.DateTimeField()
    # {field: value, "warrants": [{"issuer", "charges": [{"text", "language", …}]}]}
    values = models.JSONField()

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["notice", "number"], name="version_number_once"
            ),
        )
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Version {self.number}"


class NoticeChange(models.Model):
    """One thing that happened to a notice; higher layers consume these rows."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="changes")
    version = models.ForeignKey(
        NoticeVersion, on_delete=models.CASCADE, null=True, related_name="changes"
    )
    run = models.ForeignKey(
        FeedRun, on_delete=models.PROTECT, null=True, related_name="changes"
    )
    kind = models.CharField(max_length=20, choices=ChangeKind.choices)
    at = models.DateTimeField()
    # For `changed`: the field's name and its values as people read them.
    field = models.CharField(max_length=60, blank=True)
    before = models.TextField(null=True)
    after = models.TextField(null=True)
    # When the review desk took it in.
    consumed_at = models.DateTimeField(null=True)

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind=ChangeKind.CHANGED, field=""),
                name="change_names_its_field",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], name="change_waiting", condition=Q(consumed_at=None)
            ),
            models.Index(fields=["notice", "-id"], name="change_of_notice"),
            models.Index(fields=["at", "id"], name="change_time"),
        )
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.field}".strip()

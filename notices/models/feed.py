"""Where notices come from and what each import did."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from notices.choices import FeedKind, RunState
from notices.querysets import RunQuerySet


class Feed(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=FeedKind.choices)
    licence = models.CharField(max_length=300, blank=True)
    attribution = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class FeedRun(models.Model):
    """One import: its files, how far it is, its counts, gaps and errors."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(
        max_length=12, choices=RunState.choices, default=RunState.RECEIVED
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What was asked for.
    source_format = models.CharField(max_length=20, default="auto")
    is_full = models.BooleanField(default=False)
    is_dry_run = models.BooleanField(default=False)
    # [{"name", "path", "sha256", "size"}]; the files themselves stay under FILES_DIR.
    files = models.JSONField(default=list)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Claim of the worker (`design/reliability.md`, section 1).
    attempt = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # Progress and outcome.
    checkpoint = models.JSONField(default=dict)
    bytes_read = models.BigIntegerField(default=0)
    bytes_total = models.BigIntegerField(default=0)
    read = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    absent = models.IntegerField(default=0)
    reappeared = models.IntegerField(default=0)
    unmapped = models.JSONField(default=dict)
    gaps = ArrayField(models.TextField(), default=list)
    failure = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    read=models.F("created")
                    + models.F("changed")
                    + models.F("unchanged")
                    + models.F("rejected")
                )
                | Q(state__in=[RunState.UNDONE]),
                name="run_counts_add_up",
            ),
            models.UniqueConstraint(
                fields=["feed"],
                condition=Q(state=RunState.READING),
                name="run_one_reading_per_feed",
            ),
        )
        indexes = (models.Index(fields=["feed", "-id"], name="run_of_feed"),)
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Run {self.pk}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return f"{self.feed.name}, run {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.RECEIVED, RunState.READING)


class RunError(models.Model):
    """A row that was refused, or a field of it that was left out, and why."""

    run = models.ForeignKey(FeedRun, on_delete=models.CASCADE, related_name="errors")
    source = models.CharField(max_length=300)
    row = models.BigIntegerField(null=True)
    field = models.CharField(max_length=100, blank=True)
    reason = models.TextField()
    raw = models.TextField(blank=True)
    is_rejection = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["run", "id"], name="run_error_of_run"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.source}:{self.row} {self.field}: {self.reason}"

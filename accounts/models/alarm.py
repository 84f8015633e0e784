"""An account that read unusually much in one hour."""

from django.conf import settings
from django.db import models

from accounts.choices import ReadingKind


class ReadingAlarm(models.Model):
    """One hour, one account, one kind of reading: told once, seen by somebody."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alarms"
    )
    kind = models.CharField(max_length=8, choices=ReadingKind.choices)
    # The beginning of the hour that is counted.
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    count = models.IntegerField()
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "kind", "since"], name="alarm_once_an_hour"
            ),
            models.CheckConstraint(
                condition=models.Q(seen_by=None, seen_at=None)
                | models.Q(seen_by__isnull=False, seen_at__isnull=False),
                name="alarm_seen_by_somebody",
            ),
        )
        indexes = (
            models.Index(
                fields=["-raised_at"],
                condition=models.Q(seen_at=None),
                name="alarm_unseen",
            ),
        )
        ordering = ("-raised_at",)

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"

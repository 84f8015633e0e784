"""What people follow and the mail that tells them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.choices import DeliveryState, FollowKind, Rhythm
from cases.querysets import OwnQuerySet
from notices.keys import random_key
from notices.models import Country, NoticeChange, Person


class DigestSetting(models.Model):
    """When one reader wants the digest, in the reader's own time zone."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="digest_setting",
    )
    rhythm = models.CharField(
        max_length=8, choices=Rhythm.choices, default=Rhythm.WEEKLY
    )
    hour = models.SmallIntegerField(default=7)
    # Stays off until the reader turns it on again.
    stopped_at = models.DateTimeField(null=True, blank=True)
    # SHA-256 of the token in the unsubscribe link.
    token_hash = models.CharField(max_length=64, unique=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(hour__gte=0, hour__lte=23), name="digest_hour_of_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.rhythm}"


class Follow(models.Model):
    """Something a reader wants to hear about, with the reader's own note."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    kind = models.CharField(max_length=8, choices=FollowKind.choices)
    country = models.ForeignKey(
        Country, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # The query string of a filter, canonical (sorted) so that it can be compared.
    query = models.CharField(max_length=600, blank=True)
    title = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="country", country__isnull=False, person=None, query="")
                | Q(kind="person", person__isnull=False, country=None, query="")
                | Q(kind="filter", country=None, person=None),
                name="follow_is_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["reader", "kind", "country", "person", "query"],
                name="follow_once",
                nulls_distinct=False,
            ),
        )
        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.title or self.key


class Digest(models.Model):
    """One mail for one reader and period, its bytes frozen at composing."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    # A local label: `2026-11-24` or `2026-W48`.
    period = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    composed_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["reader", "period"], name="digest_one_per_reader_and_period"
            ),
        )
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.reader_id} {self.period}"


class DigestItem(models.Model):
    """One event told to one reader, once."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    change = models.ForeignKey(
        NoticeChange, on_delete=models.CASCADE, related_name="+"
    )
    follow = models.ForeignKey(
        Follow, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["reader", "change"], name="digest_event_once_per_reader"
            ),
        )

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.change_id}"


class DigestDelivery(models.Model):
    """How far the mail of a digest is; each arrow is a compare-and-set."""

    digest = models.OneToOneField(
        Digest, on_delete=models.CASCADE, related_name="delivery"
    )
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE
    )
    attempt = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT) | Q(sent_at__isnull=False),
                name="delivery_sent_has_a_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                name="delivery_unfinished",
                condition=Q(
                    state__in=["due", "claimed", "composed", "sending", "retry"]
                ),
            ),
        )
        verbose_name_plural = "digest deliveries"

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.state}"


class BeatTick(models.Model):
    """When the clock of the background work last ticked, for the health page."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"

"""What people follow and the mail that tells them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.choices import DeliveryState, FollowKind, Rhythm
from cases.models.case import CaseNote
from cases.models.review import ReviewTransition
from cases.querysets import FollowQuerySet, OwnQuerySet
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
    # Named in the signed link that stops the digest; see `cases.digests.stop_link`.
    key = models.CharField(max_length=16, unique=True, default=random_key)
    created_at = models.DateTimeField()
    # When it was last turned on: no mail for a period that began earlier.
    since = models.DateTimeField()
    # Stays off until the reader turns it on again.
    stopped_at = models.DateTimeField(null=True, blank=True)
    # Mails that the reader's mail server refused, since it last took one.
    refusals = models.SmallIntegerField(default=0)
    # The address does not work; nothing is sent until the reader says so.
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(hour__gte=0, hour__lte=23), name="digest_hour_of_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.rhythm}"

    @property
    def off_since(self) -> datetime | None:
        """Since when no digest is sent: it was stopped, or the account was closed."""
        left = self.reader.left_at
        if self.stopped_at is None and left is not None and self.since <= left:
            return left
        return self.stopped_at

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return "digest"


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

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind="country", country__isnull=False, person=None, query=""
                )
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

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return f"digest {self.period}"


class DigestItem(models.Model):
    """One event told to one reader, once: a change, a confirmed flag or a case note."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # The unique constraints below begin with these three and serve as their indexes.
    change = models.ForeignKey(
        NoticeChange,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    flag = models.ForeignKey(
        ReviewTransition,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    note = models.ForeignKey(
        CaseNote,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    follow = models.ForeignKey(
        Follow, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Whether the mail names it; the others are in its counts.
    is_named = models.BooleanField(default=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["change", "reader"], name="digest_change_once_per_reader"
            ),
            models.UniqueConstraint(
                fields=["flag", "reader"], name="digest_flag_once_per_reader"
            ),
            models.UniqueConstraint(
                fields=["note", "reader"], name="digest_note_once_per_reader"
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=False, flag=None, note=None)
                | Q(change=None, flag__isnull=False, note=None)
                | Q(change=None, flag=None, note__isnull=False),
                name="digest_item_is_one_event",
            ),
            models.CheckConstraint(
                condition=Q(note=None) | Q(is_named=False),
                name="digest_never_names_a_case_note",
            ),
        )

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.change_id or self.flag_id or self.note_id}"


class DigestDelivery(models.Model):
    """How far the mail of a digest is; each arrow is a compare-and-set."""

    digest = models.OneToOneField(
        Digest, on_delete=models.CASCADE, related_name="delivery"
    )
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE
    )
    # Grows with each claim: whoever holds an older number changes nothing any more.
    attempt = models.IntegerField(default=0)
    # How often the mail server did not take it.
    tries = models.SmallIntegerField(default=0)
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

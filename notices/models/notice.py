"""Notices, the warrants behind them and the charges in those."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from notices.choices import Band, Confidentiality, Detail, Listing, NoticeKind, Origin
from notices.fields import PartialDateField, partial_date_shape
from notices.keys import random_key
from notices.models.country import Country
from notices.models.feed import Feed, FeedRun
from notices.models.person import Person
from notices.querysets import NoticeQuerySet, OfNoticeQuerySet


class Notice(models.Model):
    """One alert about one person. Every value that comes from outside may be null."""

    # In addresses: `2023-28245` for public ids, random for the rest.
    key = models.CharField(max_length=24, unique=True, default=random_key)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    origin = models.CharField(
        max_length=12, choices=Origin.choices, default=Origin.PUBLIC_LIST
    )
    confidentiality = models.CharField(
        max_length=12, choices=Confidentiality.choices, default=Confidentiality.PUBLIC
    )
    # Canonical public id, `2023/28245`.
    reference = models.CharField(max_length=24, null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")

    # As the notice states them now; the versions keep what it said before.
    family_name = models.CharField(max_length=300, null=True)
    forename = models.CharField(max_length=300, null=True)
    birth_date = PartialDateField()
    birth_date_received = models.CharField(max_length=100, null=True)
    sex = models.CharField(max_length=1, null=True)
    nationalities = ArrayField(models.CharField(max_length=128), null=True)
    birth_country = models.CharField(max_length=128, null=True)
    birth_place = models.CharField(max_length=500, null=True)
    height_m = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    weight_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    eye_colours = ArrayField(models.CharField(max_length=16), null=True)
    hair_colours = ArrayField(models.CharField(max_length=16), null=True)
    languages = ArrayField(models.CharField(max_length=16), null=True)
    # May hold health data: hidden unless asked for.
    distinguishing_marks = models.TextField(null=True)

    # Of a notice entered by hand: the paper, and who gave it.
    source = models.CharField(max_length=400, null=True)
    # Where the values come from.
    detail = models.SmallIntegerField(choices=Detail.choices, default=Detail.FULL)
    feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, null=True, related_name="+"
    )
    version_number = models.IntegerField(default=1)
    listing = models.CharField(
        max_length=16, choices=Listing.choices, default=Listing.LISTED
    )
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    last_changed = models.DateTimeField()
    absent_since = models.DateTimeField(null=True)

    # Kept for lists and filters from the warrants and the current screening.
    issuers = ArrayField(models.CharField(max_length=128), default=list)
    offence_classes = ArrayField(models.CharField(max_length=32), default=list)
    charge_summary = models.CharField(max_length=300, blank=True)
    search = SearchVectorField(null=True)
    breach_band = models.CharField(max_length=12, choices=Band.choices, null=True)
    article_band = models.CharField(max_length=12, choices=Band.choices, null=True)
    evidence_band = models.CharField(max_length=12, choices=Band.choices, null=True)
    # Orders the inbox and nothing else; never shown to people.
    concern = models.FloatField(default=0)
    urgency = models.CharField(max_length=120, blank=True)
    needs_second_analyst = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "reference"],
                condition=Q(reference__isnull=False),
                name="notice_reference_once_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(reference__isnull=True)
                | Q(reference__regex=r"^\d{4}/\d{1,12}$"),
                name="notice_reference_canonical",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.PUBLIC_LIST)
                | ~Q(confidentiality=Confidentiality.PUBLIC),
                name="notice_only_listed_ones_are_public",
            ),
            partial_date_shape("birth_date", "notice_birth_date_shape"),
        )
        indexes = (
            GinIndex(fields=["issuers"], name="notice_issuers"),
            GinIndex(fields=["nationalities"], name="notice_nationalities"),
            GinIndex(fields=["offence_classes"], name="notice_offence_classes"),
            GinIndex(fields=["search"], name="notice_search"),
            models.Index(fields=["-last_changed", "-id"], name="notice_last_changed"),
            models.Index(fields=["person"], name="notice_of_person"),
        )

    def __str__(self) -> str:
        return self.reference or self.key


class NoticeGrant(models.Model):
    """Names someone who may see a restricted notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_grants"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["notice", "user"], name="notice_grant_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} may see {self.notice_id}"


class Warrant(models.Model):
    """One issuing country's basis in a notice. It has no number of its own."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="warrants"
    )
    position = models.SmallIntegerField(default=0)
    issuer = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, related_name="warrants"
    )
    # Of issuer and normalised charge texts: how a warrant is known again.
    fingerprint = models.CharField(max_length=64)

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["notice", "fingerprint"], name="warrant_once_per_notice"
            ),
        )
        # Who else is sought in the same words.
        indexes = (HashIndex(fields=["fingerprint"], name="warrant_same_text"),)
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"Warrant of {self.issuer_id or 'an unstated issuer'}"


class Charge(models.Model):
    """A charge as received, with a translation and who made it."""

    warrant = models.ForeignKey(
        Warrant, on_delete=models.CASCADE, related_name="charges"
    )
    position = models.SmallIntegerField(default=0)
    text = models.TextField()
    # ISO 639-1, as far as the text tells.
    language = models.CharField(max_length=8, null=True)
    translation = models.TextField(null=True)
    translator = models.CharField(max_length=200, null=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text[:80]


class Sighting(models.Model):
    """When one feed showed a notice, and since when it no longer does."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="sightings"
    )
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    last_run = models.ForeignKey(FeedRun, on_delete=models.PROTECT, related_name="+")
    # Of what the feed said in the last run that showed the notice, and in the one
    # before it: the same again is skipped at once. One run may say several things.
    content_hashes = ArrayField(models.CharField(max_length=64), default=list)
    earlier_hashes = ArrayField(models.CharField(max_length=64), default=list)
    missed_runs = models.SmallIntegerField(default=0)
    absent_since = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["notice", "feed"], name="sighting_once_per_feed"
            ),
        )
        indexes = (models.Index(fields=["feed", "last_run"], name="sighting_of_run"),)

    def __str__(self) -> str:
        return f"{self.notice_id} in {self.feed_id}"

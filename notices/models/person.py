"""The people that notices target and what is known about them."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from notices.choices import FactKind, Level, NameKind, NameSource, Sex
from notices.fields import PartialDateField, partial_date_shape
from notices.identity.keys import keys_of
from notices.keys import random_key
from notices.models.country import Country
from notices.querysets import FactQuerySet, NameQuerySet, PersonQuerySet


class Person(models.Model):
    """One human. What a notice says of a birth date or a nationality is a claim."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    # What lists show and search: kept from the names by `notices.names`.
    display_name = models.CharField(max_length=400, blank=True)
    search_name = models.CharField(max_length=800, blank=True)
    birth_date = PartialDateField()
    sex = models.CharField(max_length=1, choices=Sex.choices, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Kept from the merges that stand (`notices.identity.cluster`); null for a person
    # alone and for the one that the others stand under.
    same_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="others"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = (
            partial_date_shape("birth_date", "person_birth_date_shape"),
            models.CheckConstraint(
                condition=~Q(same_as=F("pk")), name="person_stands_under_another"
            ),
        )
        indexes = (
            GinIndex(
                fields=["search_name"],
                name="person_search_name",
                opclasses=["gin_trgm_ops"],
            ),
        )
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.display_name or "Name not stated"


class PersonName(models.Model):
    """One name of a person as one source writes it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(
        max_length=10, choices=NameKind.choices, default=NameKind.MAIN
    )
    source = models.CharField(
        max_length=10, choices=NameSource.choices, default=NameSource.FEED
    )
    family_name = models.CharField(max_length=300, null=True)
    forename = models.CharField(max_length=300, null=True)
    # ISO 15924, such as Latn, Cyrl, Arab, Hans.
    script = models.CharField(max_length=4)
    # For searching and suggesting, by `notices.identity.keys`: words as they sound, and
    # their consonants.
    name_key = models.CharField(max_length=400, blank=True)
    frames = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    objects = NameQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(family_name__isnull=False) | Q(forename__isnull=False),
                name="person_name_says_something",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "source", "family_name", "forename"],
                name="person_name_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            GinIndex(
                fields=["name_key"],
                name="person_name_key",
                opclasses=["gin_trgm_ops"],
            ),
            GinIndex(fields=["frames"], name="person_name_frames"),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return " ".join(part for part in (self.family_name, self.forename) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys of the name with it; rows written in bulk bring their own."""
        keys = keys_of(self.family_name, self.forename)
        self.name_key, self.frames = keys.sounds, list(keys.frames)
        super().save(*args, **kwargs)


class PersonFact(models.Model):
    """A structured fact with its source, its date and how well it is established."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=20, choices=FactKind.choices)
    # The coded answer of the kind, such as `journalist`, `refugee` or `refused`.
    value = models.CharField(max_length=60)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who granted, refused or decided.",
    )
    against = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The state that the protection or the decision is about.",
    )
    ground = models.CharField(max_length=60, blank=True)
    # Of a penalty or a sentence.
    years = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    detail = models.TextField(blank=True)
    happened_on = PartialDateField()
    level = models.CharField(max_length=12, choices=Level.choices)
    source = models.CharField(max_length=400)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = (
            partial_date_shape("happened_on", "fact_date_shape"),
            models.CheckConstraint(condition=~Q(source=""), name="fact_has_a_source"),
            models.CheckConstraint(
                condition=~Q(kind=FactKind.EXTRADITION, value="refused", ground=""),
                name="fact_refusal_states_its_ground",
            ),
            models.CheckConstraint(
                condition=~Q(kind=FactKind.PENALTY, years__isnull=True),
                name="fact_penalty_states_its_years",
            ),
        )
        ordering: ClassVar[list[str]] = ["kind", "-recorded_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return f"{self.get_kind_display()} of {self.person}"

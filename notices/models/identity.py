"""Who is who: people who may be one, what colleagues say of it, and merges."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices.identity.choices import Answer, PairOrigin
from notices.identity.querysets import (
    MergeMemberQuerySet,
    MergeQuerySet,
    PairQuerySet,
    StepQuerySet,
)
from notices.keys import random_key
from notices.models.feed import FeedRun
from notices.models.person import Person

_AUTHOR = settings.AUTH_USER_MODEL


class IdentityPair(models.Model):
    """Two people on record who may be one. Never a statement that they are not."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    left = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Orders the list and nothing else; never shown to people.
    likeness = models.FloatField(default=0)
    origin = models.CharField(max_length=8, choices=PairOrigin.choices)
    answer = models.CharField(
        max_length=12, choices=Answer.choices, default=Answer.OPEN
    )
    made_at = models.DateTimeField()

    objects = PairQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["left", "right"], name="pair_once"),
            models.CheckConstraint(
                condition=Q(left__lt=F("right")), name="pair_of_two_in_order"
            ),
        )
        indexes = (
            models.Index(fields=["answer", "-likeness", "-id"], name="pair_list"),
        )

    def __str__(self) -> str:
        return f"Pair {self.key}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it: no name of somebody whom a reader may not see."""
        return f"Pair {self.key}"


class IdentityStep(models.Model):
    """What a colleague said of a pair, and why. Rows are only added."""

    pair = models.ForeignKey(
        IdentityPair, on_delete=models.CASCADE, related_name="steps"
    )
    answer = models.CharField(max_length=12, choices=Answer.choices)
    reason = models.TextField()
    author = models.ForeignKey(_AUTHOR, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="identity_step_has_a_reason"
            ),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.answer} on {self.pair_id}"


class Merge(models.Model):
    """Several people on record taken as one. Nothing moves, so it can be taken back."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    # Whose page and address lead; the others lead there.
    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Field -> the id of the person whose value is shown.
    fields = models.JSONField(default=dict)
    reason = models.TextField()
    author = models.ForeignKey(_AUTHOR, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_reason = models.TextField(blank=True)
    undone_by = models.ForeignKey(
        _AUTHOR, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | Q(undone_at__isnull=False, undone_by__isnull=False)
                & ~Q(undone_reason=""),
                name="merge_undone_by_whom_and_why",
            ),
        )
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Merge {self.key}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it: no name of somebody whom a reader may not see."""
        return f"Merge {self.key}"


class MergeMember(models.Model):
    """One of the people that a merge takes as one, the kept one among them."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges")

    objects = MergeMemberQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["merge", "person"], name="merged_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.merge_id}"


class SuggestionRun(models.Model):
    """That the people of an import were looked at for others who may be the same."""

    run = models.OneToOneField(
        FeedRun, on_delete=models.CASCADE, related_name="suggestions"
    )
    at = models.DateTimeField()
    found = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.found} after run {self.run_id}"

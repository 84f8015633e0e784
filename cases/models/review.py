"""The human side of a notice."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.choices import (
    Outcome,
    ReasonCode,
    ReviewAction,
    ReviewState,
    WhyHere,
)
from cases.querysets import ReviewQuerySet, SealedQuerySet, TransitionQuerySet
from notices.models import Notice, Screening


class Review(models.Model):
    """Where one notice stands; its history is in the transitions."""

    notice = models.OneToOneField(
        Notice, on_delete=models.CASCADE, related_name="review"
    )
    state = models.CharField(
        max_length=14, choices=ReviewState.choices, default=ReviewState.WAITING
    )
    why = models.CharField(max_length=20, choices=WhyHere.choices, default=WhyHere.NEW)
    # In words: "charge", "charge, birth date".
    why_detail = models.CharField(max_length=200, blank=True)
    why_at = models.DateTimeField()
    # Orders the inbox: urgency, reappeared, concern, evidence (`cases.review.ranking`).
    rank = models.IntegerField(default=0)
    is_urgent = models.BooleanField(default=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Since when somebody has it.
    assigned_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    # Grows with each transition: a form made from an older one is stale.
    version = models.IntegerField(default=0)
    # The proposal that waits for a second person, or the one that was confirmed.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # A blind proposal has its outcome in a `SealedReading`, and none here.
    is_blind = models.BooleanField(default=False, db_default=False)
    # Who read a blind proposal and came to another outcome.
    second_reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    reason_code = models.CharField(
        max_length=20, choices=ReasonCode.choices, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["flagged", "not_flagged", "insufficient"])
                | Q(decided_by__isnull=False, proposed_by__isnull=False)
                & ~Q(decided_by=models.F("proposed_by")),
                name="review_decided_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.PROPOSED)
                | Q(proposed_by__isnull=False) & ~Q(outcome="", is_blind=False),
                name="review_proposal_has_author_and_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.PROPOSED, is_blind=True)
                | Q(outcome="", reason_code=""),
                name="review_blind_proposal_shows_nothing",
            ),
            models.CheckConstraint(
                condition=Q(second_reader__isnull=True)
                | Q(proposed_by__isnull=False)
                & ~Q(second_reader=models.F("proposed_by")),
                name="review_second_reader_is_never_the_first",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.DIFFERING)
                | Q(second_reader__isnull=False),
                name="review_differing_has_two_readers",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.SNOOZED)
                | Q(snoozed_until__isnull=False),
                name="review_snooze_has_a_date",
            ),
        )
        indexes = (
            models.Index(fields=["state", "-rank", "-id"], name="review_queue"),
            models.Index(
                fields=["assignee", "state", "-rank", "-id"],
                name="review_mine",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(fields=["-why_at", "-id"], name="review_recent"),
            models.Index(fields=["-rank", "-id"], name="review_all"),
            models.Index(
                fields=["snoozed_until"],
                name="review_due",
                condition=Q(snoozed_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"Review of {self.notice_id}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return str(self.notice)


class ReviewTransition(models.Model):
    """One step of a review: who moved it from where to where, and why."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="transitions"
    )
    action = models.CharField(max_length=10, choices=ReviewAction.choices)
    from_state = models.CharField(max_length=14, choices=ReviewState.choices)
    to_state = models.CharField(max_length=14, choices=ReviewState.choices)
    # The review's version after this step.
    version = models.IntegerField()
    # Null when the app moved it, such as a snooze that ended.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    reason_code = models.CharField(
        max_length=20, choices=ReasonCode.choices, blank=True
    )
    reason = models.TextField(blank=True)
    innocent_explanation = models.TextField(blank=True)
    # When it was to be looked at again.
    again_on = models.DateField(null=True, blank=True)
    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Of a proposal that a second person reads without knowing it: what it says is in
    # its `SealedReading` until then.
    is_blind = models.BooleanField(default=False, db_default=False)
    is_sealed = models.BooleanField(default=False, db_default=False)
    # Of a blind reading: the proposal that was read.
    reads = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="readings"
    )
    # To whom it was given.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Of a step among many (`cases.models.bulk`).
    is_bulk = models.BooleanField(default=False, db_default=False)
    # The columns of the review as they were, of steps that can be undone.
    before = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField())
    )

    objects = TransitionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["review", "version"], name="transition_version_once"
            ),
            models.CheckConstraint(
                condition=~Q(
                    action__in=["propose", "return", "read", "adjudicate", "agree"]
                )
                | ~Q(reason="")
                | Q(is_sealed=True),
                name="transition_states_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(is_sealed=False)
                | Q(
                    action=ReviewAction.PROPOSE,
                    is_blind=True,
                    outcome="",
                    reason_code="",
                    reason="",
                    innocent_explanation="",
                    again_on__isnull=True,
                ),
                name="transition_sealed_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(is_bulk=False)
                | ~Q(outcome=Outcome.FLAGGED)
                & Q(action__in=["assign", "propose", "snooze", "undo"]),
                name="transition_never_flags_in_bulk",
            ),
            models.CheckConstraint(
                condition=~Q(action=ReviewAction.UNDO)
                | ~Q(to_state__in=["flagged", "not_flagged", "insufficient"]),
                name="transition_undo_decides_nothing",
            ),
        )
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self.action}: {self.from_state} to {self.to_state}"


class SealedReading(models.Model):
    """What a blind proposal says, until a second person has come to an outcome.

    It stands apart so that nothing which reads reviews or their history can tell it.
    """

    step = models.OneToOneField(
        ReviewTransition, on_delete=models.CASCADE, related_name="sealed"
    )
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices)
    reason = models.TextField()
    innocent_explanation = models.TextField(blank=True)
    again_on = models.DateField(null=True, blank=True)

    objects = SealedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Sealed with step {self.step_id}"

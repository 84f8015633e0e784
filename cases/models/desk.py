"""Work around a review: tags, comments, what people are told, drafts, translations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from cases.choices import DeskAlertKind, ReviewAction
from cases.models.review import Review
from cases.querysets import DraftQuerySet, OfReviewQuerySet, OwnOfReviewQuerySet
from notices.keys import random_key

LONGEST_TAG = 40


class Tagging(models.Model):
    """A word on the review of one notice, by which colleagues find it again.

    Each notice has words of its own: a common list would tell of notices that not
    everybody sees.
    """

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="taggings"
    )
    name = models.CharField(max_length=LONGEST_TAG)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint("review", Lower("name"), name="tagging_once"),
            models.CheckConstraint(condition=~Q(name=""), name="tagging_has_a_name"),
        )
        indexes = (models.Index(Lower("name"), name="tagging_name"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.name} on {self.review_id}"


class TranslationWish(models.Model):
    """Somebody asked that the charges of a notice be translated."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="translation_wishes"
    )
    note = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(ended_at=None),
                name="translation_wish_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="translation_wish_ended_by_somebody",
            ),
        )
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return f"Translation of {self.review_id}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return str(self.review.notice)


class Comment(models.Model):
    """What a colleague says about a notice, to the others who read it."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField()
    # Taken back by its author: the text goes, that there was one stays.
    withdrawn_at = models.DateTimeField(null=True)

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text="") | Q(withdrawn_at__isnull=False),
                name="comment_says_something",
            ),
        )
        indexes = (models.Index(fields=["review", "id"], name="comment_of_review"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Comment on {self.review_id}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return str(self.review.notice)


class DeskAlert(models.Model):
    """A line for one person inside the app; it is shown while they see the notice."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_alerts"
    )
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DeskAlertKind.choices)
    # Null when the app tells it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="alerts"
    )
    # The day of a decision that is to be looked at again.
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = OwnOfReviewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "comment"],
                condition=Q(comment__isnull=False),
                name="desk_alert_once_a_comment",
            ),
            models.UniqueConstraint(
                fields=["user", "review", "due_on"],
                condition=Q(kind=DeskAlertKind.RECHECK),
                name="desk_alert_warned_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DeskAlertKind.RECHECK) | Q(due_on__isnull=False),
                name="desk_alert_recheck_has_its_day",
            ),
        )
        indexes = (
            models.Index(
                fields=["user", "-id"],
                name="desk_alert_unseen",
                condition=Q(seen_at=None),
            ),
        )
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.review_id}"


class Draft(models.Model):
    """What somebody typed into a form of a notice and has not sent; theirs alone."""

    # A step of the review, or a comment.
    COMMENT = "comment"
    PURPOSES = (*ReviewAction.values, COMMENT)

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    purpose = models.CharField(max_length=10)
    # {field: text as typed}
    fields = models.JSONField()
    # The version of the review that the form was made from.
    seen_version = models.IntegerField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["review", "author", "purpose"], name="draft_one_a_form"
            ),
        )

    def __str__(self) -> str:
        return f"Draft of {self.author_id} on {self.review_id}"

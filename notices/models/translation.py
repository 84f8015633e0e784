"""Translations of charges that colleagues write; what was received stays as it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from notices.models.notice import Notice
from notices.querysets import OfNoticeQuerySet


class Translation(models.Model):
    """One translation of one charge text of a notice.

    Charges come and go with the versions of a notice, so it keeps the text that was
    translated. A later translation stands before the earlier ones, which stay.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="translations"
    )
    # To the letter, as it was received.
    original = models.TextField()
    # ISO 639-1, as the translator says.
    language = models.CharField(max_length=8)
    into = models.CharField(max_length=8)
    text = models.TextField()
    translator = models.CharField(max_length=200)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(translator=""),
                name="translation_says_who_made_it",
            ),
            models.CheckConstraint(
                condition=~Q(language=models.F("into")),
                name="translation_into_another_language",
            ),
        )
        ordering = ("-added_at", "-pk")

    def __str__(self) -> str:
        return f"Translation of a charge of {self.notice}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return str(self.notice)

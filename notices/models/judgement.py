"""What people say of the machine's findings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from notices.choices import VERDICTS_THAT_FIND, VERDICTS_WITH_REASON, Level, Verdict
from notices.models.notice import Notice
from notices.querysets import JudgementQuerySet


class Judgement(models.Model):
    """A colleague's word on one finding, one suggestion, or a finding of their own.

    Screenings come and go with rules and facts; a judgement stays with the notice. It
    names the finding by its indicator, field and quoted words.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="judgements"
    )
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    indicator = models.CharField(max_length=4)
    field = models.CharField(max_length=60)
    quote = models.TextField()
    # Of findings that a person adds.
    strength = models.SmallIntegerField(null=True)
    level = models.CharField(max_length=12, choices=Level.choices, null=True)
    reason = models.TextField(blank=True)
    # The rules under which the finding was judged: quality is counted by version.
    rules_version = models.CharField(max_length=40)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="judgement_verdict_known"
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=VERDICTS_WITH_REASON) | ~Q(reason=""),
                name="judgement_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=VERDICTS_THAT_FIND,
                    strength__gte=1,
                    strength__lte=3,
                    level__isnull=False,
                )
                | ~Q(verdict__in=VERDICTS_THAT_FIND)
                & Q(strength__isnull=True, level__isnull=True),
                name="judgement_weighs_what_it_finds",
            ),
            models.UniqueConstraint(
                "notice",
                "author",
                "indicator",
                "field",
                MD5("quote"),
                condition=Q(withdrawn_at=None),
                name="judgement_once_a_person",
            ),
        )
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return f"{self.indicator} of {self.notice}"

    @property
    def audit_label(self) -> str:
        """How the audit log calls it."""
        return str(self)


class JudgementSeal(models.Model):
    """While it is there, nobody but `author` reads their words on this notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="seals")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["notice", "author"], name="judgement_seal_once"
            ),
        )

    def __str__(self) -> str:
        return f"Words of {self.author_id} on {self.notice_id}"

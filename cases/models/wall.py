"""What guards a file: who is barred, who lets more people in, who broke the glass."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import AlertKind, CaseLevel, GlassState, LoweringState
from cases.models.case import CaseFile
from cases.querysets import AlertQuerySet, GlassQuerySet, OfCaseQuerySet
from notices.keys import random_key

LONGEST_GLASS = timedelta(hours=24)
USUAL_HOURS = 4


class CaseBar(models.Model):
    """Someone who may never be named on the file nor break its glass.

    Migration `0002_walls` holds that nobody is barred and named at once.
    """

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="bars")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300)
    barred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    barred_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(ended_at=None),
                name="case_bar_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="bar_has_a_reason"),
        )
        ordering = ("barred_at",)

    def __str__(self) -> str:
        return f"{self.user_id} barred from {self.case_id}"


class Lowering(models.Model):
    """The wish to let more people see a file: one asks, another one answers."""

    case = models.ForeignKey(
        CaseFile, on_delete=models.CASCADE, related_name="lowerings"
    )
    from_level = models.CharField(max_length=14, choices=CaseLevel.choices)
    to_level = models.CharField(max_length=14, choices=CaseLevel.choices)
    state = models.CharField(
        max_length=10, choices=LoweringState.choices, default=LoweringState.ASKED
    )
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=LoweringState.ASKED),
                name="lowering_one_open_per_case",
            ),
            models.CheckConstraint(
                condition=~Q(state=LoweringState.CONFIRMED)
                | Q(answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answered_by=F("asked_by")),
                name="lowering_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    from_level=CaseLevel.WALLED,
                    to_level__in=[CaseLevel.RESTRICTED, CaseLevel.ORGANISATION],
                )
                | Q(from_level=CaseLevel.RESTRICTED, to_level=CaseLevel.ORGANISATION),
                name="lowering_goes_down",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="lowering_has_a_reason"
            ),
        )
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_level} to {self.to_level}"


class Glass(models.Model):
    """An administrator's reading of one file, consented to by a second one.

    For a code that no file has, or whose file bars one of the two, `case` stays empty:
    everything looks the same and nothing opens.
    """

    key = models.CharField(max_length=16, unique=True, default=random_key)
    code = models.CharField(max_length=24)
    case = models.ForeignKey(
        CaseFile, on_delete=models.SET_NULL, null=True, related_name="glasses"
    )
    state = models.CharField(
        max_length=8, choices=GlassState.choices, default=GlassState.ASKED
    )
    reason = models.CharField(max_length=600)
    hours = models.SmallIntegerField(default=USUAL_HOURS)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="glasses"
    )
    asked_at = models.DateTimeField()
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    consented_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    # In the log a request for a file looks like one for a file that is not there.
    audit_by_itself = True

    objects = GlassQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(consented_by=None) | ~Q(consented_by=F("asked_by")),
                name="glass_consent_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=GlassState.OPEN)
                | Q(
                    consented_by__isnull=False,
                    consented_at__isnull=False,
                    ends_at__isnull=False,
                ),
                name="glass_open_with_consent_and_end",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None)
                | Q(ends_at__lte=F("consented_at") + LONGEST_GLASS),
                name="glass_open_for_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=24), name="glass_hours_1_to_24"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="glass_has_a_reason"),
        )
        indexes = (
            models.Index(
                fields=["asked_by", "ends_at"],
                condition=Q(state=GlassState.OPEN),
                name="glass_open_to",
            ),
        )
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return self.code

    @property
    def audit_file(self) -> str:
        """The file that an entry of the log about it belongs to, if there is one."""
        return str(self.case_id or "")

    def is_open(self, *, at: datetime) -> bool:
        """Tell whether it lets its asker read at `at`."""
        ends = self.ends_at
        return self.state == GlassState.OPEN and ends is not None and ends > at


class CaseAlert(models.Model):
    """A line for one person who looks after a file, until they have seen it."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="alerts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_alerts"
    )
    kind = models.CharField(max_length=16, choices=AlertKind.choices)
    # Who did it; the file's own page tells the rest.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    # The last moment of what began, such as of a broken glass.
    until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["user", "-at"], condition=Q(seen_at=None), name="alert_unseen"
            ),
        )
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"

"""Runs of the screening over many notices, and which rules are in use."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices.choices import SCREENING_OPEN, ScreeningScope, ScreeningState
from notices.keys import random_key
from notices.querysets import ScreeningRunQuerySet


class ScreeningRun(models.Model):
    """One pass of a rule set over many notices: how far it is and what came out.

    Counts leave out notices that only named people see: who watches a run must not
    learn how many there are.
    """

    key = models.CharField(max_length=12, unique=True, default=random_key)
    scope = models.CharField(max_length=12, choices=ScreeningScope.choices)
    state = models.CharField(
        max_length=10, choices=ScreeningState.choices, default=ScreeningState.WAITING
    )
    rules_version = models.CharField(max_length=40)
    # {country: [first day, last day] of alerts that an entry can touch}.
    touches = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    # The last notice that is done: written with its group, so nothing is done twice.
    last_notice = models.BigIntegerField(default=0)
    total = models.IntegerField(default=0)
    screened = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    by_band = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)
    # {"rule_breach": {"some > strong": 3}, …}: how the outputs move.
    moves = models.JSONField(default=dict)
    # The first notices that come out otherwise, by id; shown to who may see them.
    changed_notices = models.JSONField(default=list)

    objects = ScreeningRunQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(changed__lte=F("screened")),
                name="screening_run_counts_fit",
            ),
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(state__in=SCREENING_OPEN)
                & ~Q(scope=ScreeningScope.TOUCHED),
                name="screening_run_one_open_per_scope",
            ),
        )
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_scope_display()}, rules {self.rules_version}"

    @property
    def is_open(self) -> bool:
        return self.state in SCREENING_OPEN


class RulesSwitch(models.Model):
    """A rule set that one reviewer wants in use and another one switched on."""

    version = models.CharField(max_length=40)
    # What its proposer saw that it would change.
    difference = models.ForeignKey(
        ScreeningRun, on_delete=models.PROTECT, related_name="switches"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="rules_switched_on_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="rules_switch_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(dropped_at=None),
                name="rules_switched_on_or_dropped",
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(confirmed_at=None, dropped_at=None),
                name="rules_one_switch_waits",
            ),
        )
        ordering = ("-pk",)
        verbose_name_plural = "rules switches"

    def __str__(self) -> str:
        return f"Rules {self.version}"

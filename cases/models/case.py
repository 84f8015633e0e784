"""Case files: the work for one person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import (
    STANDING_ROLES,
    CaseLevel,
    CaseState,
    MemberRole,
    NoteKind,
)
from cases.models.review import Review
from cases.querysets import (
    CaseQuerySet,
    MemberQuerySet,
    NoteQuerySet,
    OfCaseQuerySet,
)
from notices.fields import PartialDateField, partial_date_shape
from notices.models import Notice, Person


class CaseFile(models.Model):
    """The work for one person: notices, chronology, people with access, exports."""

    # Dealt at random, such as KESTREL-73: the only name of a case that leaves it.
    code = models.CharField(max_length=24, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(
        max_length=8, choices=CaseState.choices, default=CaseState.OPEN
    )
    level = models.CharField(
        max_length=14, choices=CaseLevel.choices, default=CaseLevel.ORGANISATION
    )
    opened_from = models.ForeignKey(
        Review, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True)
    # Consent of the person to a public export: when and how it was given.
    public_consent = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = (
            # Only among files that the whole organisation sees: a refusal because of
            # a restricted file would tell that it exists.
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=CaseState.OPEN, level=CaseLevel.ORGANISATION),
                name="case_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, closed_at=None)
                | Q(state=CaseState.CLOSED, closed_at__isnull=False),
                name="case_closed_has_a_moment",
            ),
        )
        indexes = (
            # The list, newest first: read along it, whoever may see how much of it.
            models.Index(
                F("opened_at").desc(), F("code").desc(), name="case_newest_first"
            ),
        )
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return self.code

    @property
    def audit_file(self) -> int:
        """The case file that an entry of the audit log about it belongs to."""
        return self.pk


class CaseNotice(models.Model):
    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="links")
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="case_links"
    )
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    linked_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "notice"], name="case_notice_once"),
        )
        ordering = ("linked_at",)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.notice_id}"


class CaseMember(models.Model):
    """Someone who may open the file: why, and until when."""

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="case_memberships",
    )
    role = models.CharField(
        max_length=8, choices=MemberRole.choices, default=MemberRole.MEMBER
    )
    reason = models.CharField(max_length=300)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    # The last day of access, if it was given for a time.
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(ended_at=None),
                name="case_member_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="member_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(role__in=STANDING_ROLES) | Q(until=None),
                name="member_lead_and_keeper_have_no_last_day",
            ),
        )
        ordering = ("added_at",)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.case_id}"


class CaseNote(models.Model):
    """One entry of the chronology or a note."""

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices)
    happened_on = PartialDateField()
    text = models.TextField()
    source = models.CharField(max_length=400, blank=True)
    is_counsel_only = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = (
            partial_date_shape("happened_on", "note_date_shape"),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        )
        ordering = ("happened_on", "written_at")

    def __str__(self) -> str:
        return self.text[:60]

"""What every page of one case file shares: the guard, the head, the tabs."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.access import signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import STANDING_ROLES, CaseLevel, CaseState, MemberRole
from cases.files.access import leads
from cases.files.services import record_reading
from cases.models import (
    CaseFile,
    CaseMember,
    CaseNote,
    CaseNotice,
    Export,
    Glass,
)
from notices.keys import key_of
from notices.models import Notice, PersonName


@dataclass
class CasePage:
    """One case file as one reader sees it; loaded and authorised in one step."""

    case: Any
    reader: User
    tab: str

    @cached_property
    def members(self) -> list[CaseMember]:
        """Everybody named today, leads first, then keepers."""
        current = self.case.members.current().select_related("user")
        order = list(MemberRole)
        return sorted(
            current.order_by("added_at"), key=lambda one: order.index(one.role)
        )

    @cached_property
    def names(self) -> list[PersonName]:
        """The person's names as they are written, the main one first."""
        return list(self.case.person.names.all())

    @property
    def member(self) -> CaseMember | None:
        """How the reader is named on the file."""
        return next((m for m in self.members if m.user_id == self.reader.pk), None)

    @cached_property
    def is_lead(self) -> bool:
        """Whether the reader gives access, bars people and changes the level."""
        may = self.reader.can(Capability.GIVE_ACCESS)
        return may and leads(self.case, self.member)

    @property
    def looks_after(self) -> bool:
        """Whether the reader is lead or keeper, who learn who read the file."""
        return self.member is not None and self.member.role in STANDING_ROLES

    @property
    def missing_parts(self) -> list[str]:
        """What a wall lacks, in words: a lead or a keeper who still reads it."""
        if self.case.level != CaseLevel.WALLED:
            return []
        able = {m.role for m in self.members if m.user.can(Capability.SEE_WALLED_CASES)}
        return [
            MemberRole(role).label.lower()
            for role in STANDING_ROLES
            if role not in able
        ]

    @property
    def leads(self) -> str:
        """Who can give access, in words."""
        leads = [m.user.name for m in self.members if m.role == MemberRole.LEAD]
        return " or ".join(leads)

    @property
    def is_closed(self) -> bool:
        return bool(self.case.state == CaseState.CLOSED)

    @property
    def writes(self) -> bool:
        named = self.member is not None and self.reader.can(Capability.WRITE_CASE)
        return named and not self.is_closed

    @property
    def answers(self) -> bool:
        """Whether the reader may be the second person of an act."""
        return self.member is not None and self.reader.can(Capability.WRITE_CASE)

    @property
    def closed_because(self) -> str | None:
        """Why the reader cannot write here, in words; None if they can."""
        if self.writes:
            return None
        if self.is_closed:
            return f"This file is closed. {self.leads} can open it again."
        if self.member is not None:
            return "Your role reads case files and does not write in them."
        return f"Only people named on this file write in it. {self.leads} can add you."

    @cached_property
    def glasses(self) -> list[Glass]:
        """Every break of the glass that is open now."""
        if not self.case.is_broken:
            return []
        now = self.case.glasses.open_at(timezone.now())
        return list(now.select_related("asked_by", "consented_by"))

    @property
    def tabs(self) -> list[tuple[str, str, bool, int | None]]:
        code = self.case.code
        parts = (
            ("overview", "Overview", "case", None),
            ("chronology", "Chronology", "case-chronology", self.case.note_count),
            ("notices", "Notices", "case-notices", self.case.notice_count),
            ("people", "People", "case-people", len(self.members)),
            ("exports", "Exports", "case-exports", self.case.export_count),
            ("keeping", "Keeping", "case-keeping", None),
        )
        return [
            (label, reverse(name, args=[code]), self.tab == key, count)
            for key, label, name, count in parts
        ]


def case_page(request: HttpRequest, code: str, tab: str) -> CasePage:
    """Load the file that `code` names if the reader may see it, else raise 404.

    A restricted file is recorded as read before anything of it is shown.
    """
    reader = signed_in(request)
    case = (
        CaseFile.objects.visible_to(reader)
        .select_related("person", "opened_by")
        .annotate(
            note_count=_count(CaseNote.objects.visible_to(reader)),
            notice_count=_count(
                CaseNotice.objects.filter(notice__in=Notice.objects.visible_to(reader))
            ),
            export_count=_count(Export.objects.all()),
            is_broken=Exists(
                Glass.objects.open_at(timezone.now()).filter(case=OuterRef("pk"))
            ),
        )
        .filter(code=code)
        .first()
    )
    if case is None:
        raise Http404
    record_reading(case=case, reader=reader, part=tab)
    return CasePage(case, reader, tab)


def find_by_key(rows: "models.QuerySet[Any]", key: str) -> Any:
    """Return the row of the file that `key` names, or raise 404."""
    for row in rows:
        if key_of(row) == key:
            return row
    raise Http404


def _count(rows: "models.QuerySet[Any]") -> Coalesce:
    """Count the rows that belong to the case of the outer query."""
    counted = (
        rows.filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted), 0)

"""Today: what needs me now, by role. Each number opens a list of as many rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.administration.second import to_confirm_by
from accounts.alarms.services import unseen_alarms
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import ReviewState, WhyHere
from cases.desk.counting import CAP, capped_counts, capped_shares, shown
from cases.exports.signing import copies_to_sign
from cases.files.alerts import unseen_alerts
from cases.files.listing import flagged_without_file
from cases.glass.services import waiting_for
from cases.keeping.today import told_of
from cases.models import CaseAlert, CaseFile, Digest, Export, Review
from notices.choices import ChangeKind
from notices.models import FeedRun, Notice, NoticeChange
from notices.wording import FIELD_NAMES

NEWS_DAYS = 7
FEW = 5
NEWS = 12


@dataclass(slots=True)
class News:
    """What happened to one notice lately, the newest first."""

    notice: Notice
    last: NoticeChange
    fields: list[str] = field(default_factory=list)


@needs()
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Late and waiting first; no charts."""
    user = signed_in(request)
    context: dict[str, Any] = {
        "works_inbox": False,
        "sees_users": user.can(Capability.SEE_USERS),
        "follows": user.can(Capability.FOLLOW),
        "alerts": [],
        "kept": told_of(user),
        "sees_glass": user.can(Capability.BREAK_GLASS),
        "glasses": waiting_for(user, at=timezone.now()),
        "copies": copies_to_sign(user),
        "alarms": unseen_alarms(user),
        "newcomers": to_confirm_by(user, at=timezone.now()),
    }
    if user.can(Capability.PROPOSE) or user.can(Capability.SIGN):
        context |= _inbox(user)
    if user.can(Capability.SEE_RESTRICTED_CASES):
        context |= _alerts_and_cases(user)
    if user.can(Capability.SEE_PUBLIC_NOTICES):
        since = timezone.now() - timedelta(days=NEWS_DAYS)
        context["news_since"] = timezone.localdate(since)
        context["news"] = news_of(
            NoticeChange.objects.visible_to(user).filter(at__gte=since)
        )
    if user.can(Capability.SEE_RUNS):
        runs = FeedRun.objects.visible_to(user).select_related("feed")
        context["runs"] = list(runs.order_by("-pk")[:3])
    digests = Digest.objects.visible_to(user).exclude(composed_at=None)
    context["digests"] = list(digests[:3])
    return render(request, "cases/desk/today.html", context)


def _inbox(user: User) -> dict[str, Any]:
    reviews = Review.objects.visible_to(user)
    waiting = reviews.filter(state=ReviewState.WAITING)
    second = reviews.filter(state=ReviewState.PROPOSED)
    mine = reviews.filter(assignee=user)
    number_second, number_mine = capped_counts([second, mine])
    can_sign = user.can(Capability.SIGN)
    signatures = _first(second.exclude(proposed_by=user)) if can_sign else []
    with_me = _first(mine) if number_mine else []
    return {
        "works_inbox": True,
        "numbers": [
            (shown(number), label, f"{reverse('inbox')}?{query}")
            for number, label, query in (
                (number_second, "for a second reading", "state=proposed"),
                (number_mine, "with you", "assigned=me"),
                *_waiting(capped_shares(waiting, "why")),
            )
        ],
        "signatures": signatures,
        "mine": with_me,
        "first": [] if signatures or with_me else _first(waiting),
    }


def _waiting(by_reason: dict[str, int]) -> list[tuple[int, str, str]]:
    """Return what waits and why; beyond the cap only that there is more."""
    total = sum(by_reason.values())
    found = [(total, "for review", "state=waiting")]
    if total > CAP:
        return found
    return found + [
        (by_reason[why], f"of these {why.label.lower()}", f"state=waiting&why={why}")
        for why in WhyHere
        if by_reason.get(why)
    ]


def _first(reviews: QuerySet[Review]) -> list[Review]:
    """Return the few that stand highest, with what their rows show."""
    related = ("notice__person", "proposed_by")
    return list(reviews.select_related(*related).order_by("-rank", "-pk")[:FEW])


def _alerts_and_cases(user: User) -> dict[str, Any]:
    """Return the files that name the reader, and what to be told of any of them.

    Those that something is to be told of come first, so that one look at the few that
    are shown says whether there is anything.
    """
    named = user.case_memberships.current().values("case")
    told = CaseAlert.objects.filter(user=user, seen_at=None, case=OuterRef("pk"))
    cases = list(
        CaseFile.objects.visible_to(user)
        .filter(pk__in=named)
        .annotate(has_alert=Exists(told))
        .order_by("-has_alert", "-opened_at")[:10]
    )
    alerts = unseen_alerts(user) if any(one.has_alert for one in cases) else []
    if not user.can(Capability.OPEN_CASE):
        return {"alerts": alerts}
    works_inbox = user.can(Capability.PROPOSE) or user.can(Capability.SIGN)
    return {
        "alerts": alerts,
        "cases": cases,
        "exports": list(
            Export.objects.visible_to(user).select_related("case")[:FEW],
        ),
        # Whoever works in the inbox opens the file there, when the flag is signed.
        "unopened": [] if works_inbox else flagged_without_file(reader=user),
    }


def news_of(changes: QuerySet[NoticeChange]) -> list[News]:
    """Return what happened last, one entry a notice."""
    told = (
        changes.exclude(kind__in=[ChangeKind.MISSING, ChangeKind.UNDONE])
        .select_related("notice__person")
        .order_by("-at", "-id")
    )
    return _by_notice(told[: NEWS * 5])[:NEWS]


def _by_notice(changes: Iterable[NoticeChange]) -> list[News]:
    found: dict[int, News] = {}
    for change in changes:
        one = found.setdefault(change.notice_id, News(change.notice, change))
        if change.kind == one.last.kind == ChangeKind.CHANGED:
            name = FIELD_NAMES.get(change.field, change.field)
            if name not in one.fields:
                one.fields.append(name)
    return list(found.values())

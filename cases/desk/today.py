"""Today: what needs me now, by role. Each number opens a list of as many rows."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import ReviewState
from cases.desk.counting import capped_counts, shown
from cases.models import CaseFile, Digest, Export, Review
from notices.choices import ChangeKind
from notices.models import FeedRun, NoticeChange
from notices.wording import FIELD_NAMES

NEWS_DAYS = 7


@needs()
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Late and waiting first; no charts."""
    user = signed_in(request)
    context: dict[str, Any] = {"numbers": [], "signatures": [], "mine": []}
    if user.can(Capability.SEE_FINDINGS):
        context |= _desk(user)
    if user.can(Capability.OPEN_CASE):
        context["cases"] = CaseFile.objects.visible_to(user).filter(
            members__user=user, members__ended_at=None
        )[:10]
        context["exports"] = Export.objects.visible_to(user).select_related("case")[:5]
    if user.can(Capability.SEE_PUBLIC_NOTICES):
        context["news"] = _news(user)
    if user.can(Capability.SEE_RUNS):
        context["runs"] = (
            FeedRun.objects.visible_to(user).select_related("feed").order_by("-pk")[:3]
        )
    context["digests"] = Digest.objects.visible_to(user).exclude(composed_at=None)[:3]
    context["field_names"] = FIELD_NAMES
    return render(request, "cases/desk/today.html", context)


def _desk(user: User) -> dict[str, Any]:
    reviews = Review.objects.visible_to(user)
    waiting = reviews.filter(state=ReviewState.WAITING)
    second = reviews.filter(state=ReviewState.PROPOSED)
    mine = reviews.filter(assignee=user)
    inbox = reverse("inbox")
    may_work = user.can(Capability.PROPOSE) or user.can(Capability.SIGN)
    numbers = capped_counts(
        [
            second,
            mine,
            waiting,
            waiting.filter(why="new"),
            waiting.filter(why="changed"),
        ]
    )
    labels = (
        ("for a second reading", "state=proposed"),
        ("assigned to me", "assigned=me"),
        ("for review", "state=waiting"),
        ("of these new", "state=waiting&why=new"),
        ("of these changed", "state=waiting&why=changed"),
    )
    related = ("notice__person", "proposed_by", "assignee")
    return {
        "numbers": [
            (shown(number), label, f"{inbox}?{query}" if may_work else None)
            for number, (label, query) in zip(numbers, labels, strict=True)
        ],
        "signatures": second.exclude(proposed_by=user)
        .select_related(*related)
        .order_by("-rank", "-pk")[:5]
        if user.can(Capability.SIGN)
        else [],
        "mine": mine.select_related(*related).order_by("-rank", "-pk")[:5],
    }


def _news(user: User) -> Any:
    return (
        NoticeChange.objects.visible_to(user)
        .filter(at__gte=timezone.now() - timedelta(days=NEWS_DAYS))
        .exclude(kind__in=[ChangeKind.MISSING, ChangeKind.UNDONE])
        .select_related("notice__person")
        .order_by("-at", "-id")[:12]
    )

"""Steps of a review for tests, each through the one service."""

from datetime import date, datetime
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from cases.choices import Outcome, ReasonCode, ReviewAction
from cases.models import Review, ReviewTransition
from cases.review.services import Decision, decide
from notices.choices import ChangeKind
from notices.models import Notice, NoticeChange
from tests.factories import NOON

LATER = date(2026, 12, 20)
FLAG = Decision(
    outcome=Outcome.FLAGGED,
    reason_code=ReasonCode.POLITICAL_CHARGE,
    reason="The charge is about words alone.",
    innocent_explanation="The posts may have called for violence.",
)
NOT_FLAGGED = Decision(
    outcome=Outcome.NOT_FLAGGED,
    reason_code=ReasonCode.ORDINARY_CRIME,
    reason="A time, a place and a victim are named.",
    snoozed_until=LATER,
)


def step(
    review: Review,
    actor: User,
    action: str,
    decision: Decision | None = None,
    *,
    seen: int | None = None,
    at: datetime = NOON,
    **fields: Any,
) -> ReviewTransition:
    """Take a step with the version that stands, or the one that was `seen`."""
    review.refresh_from_db()
    if action in ("return", "reopen"):
        fields = {"reason_code": ReasonCode.OTHER} | fields
    return decide(
        review=review,
        actor=actor,
        action=ReviewAction(action),
        seen_version=review.version if seen is None else seen,
        at=at,
        decision=decision or Decision(**fields),
    )


def decided(review: Review, *, by: User, signed_by: User, decision=FLAG) -> Review:
    step(review, by, "propose", decision)
    step(review, signed_by, "confirm", reason="Read with the sources; I agree.")
    review.refresh_from_db()
    return review


def change(
    notice: Notice, kind: str = ChangeKind.CHANGED, field: str = "charge"
) -> NoticeChange:
    """What a feed leaves behind when a notice changed."""
    return NoticeChange.objects.create(
        notice=notice,
        kind=kind,
        field=field if kind == ChangeKind.CHANGED else "",
        at=NOON,
    )


def form(decision: Decision, *, seen: int = 0) -> dict[str, Any]:
    """The fields of a form that a browser would send for `decision`."""
    values = {name: getattr(decision, name) for name in Decision.__slots__}
    return {"seen_version": seen} | {k: v for k, v in values.items() if v}


def page_of(client: Client, notice) -> str:
    answer = client.get(reverse("decision", args=[notice.key]))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def send(client: Client, notice, action, values=None, *, query="", **fields):
    address = reverse("review-move", args=[notice.key, action]) + query
    if action in ("return", "reopen"):
        fields = {"reason_code": ReasonCode.OTHER} | fields
    return client.post(address, values or {"seen_version": 0, **fields})


def body(answer) -> str:
    return unescape(answer.content.decode())

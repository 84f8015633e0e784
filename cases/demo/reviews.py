"""Decisions of the demo: reviews in every state, each through the one service."""

from datetime import timedelta

from accounts.models import User
from cases.choices import Outcome, ReasonCode, ReviewAction
from cases.demo.scene import Demo
from cases.models import Review
from cases.review.services import Decision, decide

_FLAG = Decision(
    outcome=Outcome.FLAGGED,
    reason_code=ReasonCode.PROTECTED_PERSON,
    reason="The charge speaks of words and gatherings, names no act of violence, and "
    "an authority has found the fear of persecution well founded.",
    innocent_explanation="The organisation named may have had a violent wing; the "
    "notice ties the person to no act of it.",
)
_NOT = Decision(
    outcome=Outcome.NOT_FLAGGED,
    reason_code=ReasonCode.ORDINARY_CRIME,
    reason="Time, place and act are stated, a victim is named, and nothing is known of "
    "a public role.",
)
_TOO_LITTLE = Decision(
    outcome=Outcome.INSUFFICIENT,
    reason_code=ReasonCode.NOT_ENOUGH,
    reason="One word as a charge and no answer yet on role, asylum or warrant.",
)


def decide_some(demo: Demo) -> None:
    """Bring reviews to every state, the likeliest ones first."""
    ana, ben, olga = (demo.people[name] for name in ("ana", "ben", "olga"))
    political = _queue(demo, "political")
    ordinary = _queue(demo, "ordinary")
    for number, review in enumerate(political[2:9]):
        _propose(demo, review, ana, _FLAG, days=5)
        if number < 5:
            _sign(demo, review, ben)
    returned = political[9]
    _propose(demo, returned, olga, _FLAG, days=4)
    _step(
        demo,
        returned,
        ben,
        ReviewAction.RETURN,
        Decision(
            reason_code=ReasonCode.SOURCE_MISSING,
            reason="Which document shows the refugee status? Cite it.",
        ),
        days=3,
    )
    for review in ordinary[:5]:
        _propose(demo, review, ana, _NOT, days=5)
        _sign(demo, review, ben)
    for review in ordinary[5:8]:
        _propose(demo, review, olga, _TOO_LITTLE, days=4)
        _sign(demo, review, ben)
    _propose(demo, ordinary[8], ana, _NOT, days=1)
    for review in ordinary[9:11]:
        until = (demo.at + timedelta(days=20)).date()
        snooze = Decision(snoozed_until=until, reason="The court sits in three weeks.")
        _step(demo, review, ana, ReviewAction.SNOOZE, snooze, days=2)
    for review, user in ((political[10], ana), (ordinary[11], olga)):
        _step(demo, review, user, ReviewAction.TAKE, Decision(), days=1)


def _queue(demo: Demo, theme: str) -> list[Review]:
    wanted = [ref for ref, name in demo.feed.themes.items() if name == theme]
    return list(
        Review.objects.filter(notice__reference__in=wanted).order_by("-rank", "-pk")
    )


def _propose(
    demo: Demo, review: Review, actor: User, decision: Decision, *, days: float
) -> None:
    _step(demo, review, actor, ReviewAction.PROPOSE, decision, days=days)


def _sign(demo: Demo, review: Review, actor: User) -> None:
    remark = Decision(reason="Read with the sources; I agree.")
    _step(demo, review, actor, ReviewAction.CONFIRM, remark, days=2.5)


def _step(
    demo: Demo,
    review: Review,
    actor: User,
    action: ReviewAction,
    decision: Decision,
    *,
    days: float,
) -> None:
    review.refresh_from_db()
    decide(
        review=review,
        actor=actor,
        action=action,
        seen_version=review.version,
        at=demo.ago(days=days),
        decision=decision,
    )

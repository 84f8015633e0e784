"""What a step does to the columns of a review; nothing is saved here."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from cases.choices import Outcome, ReviewAction, ReviewState, WhyHere
from cases.models import Review
from cases.review.ranking import rank
from cases.review.said import Decision
from cases.review.sealing import readings_of, sealed_proposal
from cases.review.table import STATE_OF_OUTCOME, Move

NEWS: dict[str, WhyHere] = {
    ReviewAction.RETURN: WhyHere.RETURNED,
    ReviewAction.WAKE: WhyHere.DUE,
    ReviewAction.REOPEN: WhyHere.BY_HAND,
}
# What an undone step puts back; the rank is computed anew.
KEPT = (
    "state", "why", "why_detail", "why_at", "is_urgent", "assignee_id", "assigned_at",
    "snoozed_until", "proposed_by_id", "is_blind", "second_reader_id", "outcome",
    "reason_code", "decided_by_id", "decided_at",
)  # fmt: skip
_MOMENTS = ("why_at", "assigned_at", "decided_at")


def apply(
    review: Review,
    actor: User,
    action: ReviewAction,
    move: Move,
    decision: Decision,
    at: datetime,
) -> None:
    """Set the columns that a step changes."""
    review.version += 1
    if move.to is not None:
        review.state = move.to
    if action in (ReviewAction.TAKE, ReviewAction.ASSIGN):
        _give(review, decision.assignee or actor, at)
    elif action == ReviewAction.RELEASE:
        _give(review, None, at)
    elif action in (ReviewAction.URGE, ReviewAction.CALM):
        review.is_urgent = action == ReviewAction.URGE
        review.rank = rank_of(review)
    elif action == ReviewAction.PROPOSE:
        _propose(review, actor, decision, at)
    elif action == ReviewAction.SNOOZE:
        review.snoozed_until = decision.snoozed_until
    elif action in (ReviewAction.RETURN, ReviewAction.WITHDRAW):
        _give(review, review.proposed_by, at)
        clear_outcome(review)
    elif action in (ReviewAction.REOPEN, ReviewAction.WAKE):
        clear_outcome(review)
    elif move.decides:
        _decide(review, actor, action, decision, at)
    if action in NEWS:
        review.why, review.why_detail, review.why_at = NEWS[action], "", at
        review.rank = rank_of(review)


def _give(review: Review, to: User | None, at: datetime) -> None:
    review.assignee = to
    review.assigned_at = at if to is not None else None


def _propose(review: Review, actor: User, decision: Decision, at: datetime) -> None:
    _give(review, None, at)
    review.proposed_by = actor
    review.second_reader = None
    review.is_blind = decision.is_blind
    if decision.is_blind:
        review.outcome = review.reason_code = ""
        review.snoozed_until = None
    else:
        review.outcome, review.reason_code = decision.outcome, decision.reason_code
        review.snoozed_until = decision.snoozed_until


def _decide(
    review: Review,
    actor: User,
    action: ReviewAction,
    decision: Decision,
    at: datetime,
) -> None:
    """Come to the outcome that two people hold, or note that they differ."""
    if action == ReviewAction.CONFIRM:
        _close(review, review.outcome, review.reason_code, review.snoozed_until)
    elif action == ReviewAction.READ:
        review.second_reader = actor
        first = sealed_proposal(review)
        if first is None or first.outcome != decision.outcome:
            review.state = ReviewState.DIFFERING
            return
        _close(review, first.outcome, first.reason_code, first.again_on)
    elif action == ReviewAction.ADJUDICATE:
        _close(review, decision.outcome, decision.reason_code, decision.snoozed_until)
    elif readings := readings_of(review):
        # Who agrees takes the other's outcome; both hold it then.
        other = readings.second if readings.first.actor == actor else readings.first
        _close(review, other.outcome, other.reason_code, other.again_on)
        actor = readings.second.actor or actor
    review.decided_by, review.decided_at = actor, at


def _close(review: Review, outcome: str, code: str, again_on: date | None) -> None:
    review.state = STATE_OF_OUTCOME[outcome]
    review.outcome, review.reason_code = outcome, code
    # A flag is not looked at again by a date.
    review.snoozed_until = None if outcome == Outcome.FLAGGED else again_on


def clear_outcome(review: Review) -> None:
    """Take away the proposal and the decision; the transitions keep them."""
    review.outcome = review.reason_code = ""
    review.proposed_by = review.decided_by = review.second_reader = None
    review.is_blind = False
    review.decided_at = review.snoozed_until = None


def rank_of(review: Review) -> int:
    """Return the rank of a review from its notice and why it is here."""
    return rank(
        is_urgent=review.is_urgent or bool(review.notice.urgency),
        is_back=review.why == WhyHere.BACK,
        concern=review.notice.concern,
        evidence_band=review.notice.evidence_band,
    )


def kept_of(review: Review) -> dict[str, Any]:
    """Return the columns of a review as JSON has them, to be put back by `put_back`."""
    found = {name: getattr(review, name) for name in KEPT}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in found.items()
    }


def put_back(review: Review, kept: dict[str, Any]) -> None:
    """Set the columns as they were; the version goes on, since history does."""
    for name in KEPT:
        value = kept[name]
        if value and name in _MOMENTS:
            value = datetime.fromisoformat(value)
        elif value and name == "snoozed_until":
            value = date.fromisoformat(value)
        setattr(review, name, value)
    review.version += 1
    review.rank = rank_of(review)


def leave_with_nobody(review: Review) -> None:
    """Let it wait for anybody."""
    review.assignee = review.assigned_at = None
    if review.state == ReviewState.TAKEN:
        review.state = ReviewState.WAITING

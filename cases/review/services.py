"""The only writer of a review's state."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.access import require
from accounts.actions import Action
from accounts.audit import record
from accounts.models import User
from cases.choices import ReviewAction, WhyHere
from cases.models import Review, ReviewTransition
from cases.review.ranking import rank
from cases.review.table import MOVES, STATE_OF_OUTCOME, Move, missing_fields
from notices.models import Screening


class ReviewRefused(Exception):
    """The step cannot be taken; the text says why, for people."""


class FieldsMissing(ReviewRefused):
    """Required fields are empty; `names` lists them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__("Something is missing: " + ", ".join(names).replace("_", " "))


class StaleReview(ReviewRefused):
    """Somebody moved the review since the form was made; `since` are those steps."""

    def __init__(self, review: Review, since: list[ReviewTransition]) -> None:
        self.review = review
        self.since = since
        super().__init__("This review changed while you were writing.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person filled in; empty where the step does not ask for it."""

    outcome: str = ""
    reason_code: str = ""
    reason: str = ""
    innocent_explanation: str = ""
    snoozed_until: date | None = None


def decide(
    *,
    review: Review,
    actor: User,
    action: ReviewAction,
    seen_version: int,
    at: datetime,
    decision: Decision = Decision(),  # noqa: B008 - frozen
) -> ReviewTransition:
    """Take one step of the table and return its transition.

    Raises `StaleReview` when somebody moved the review since `seen_version`,
    `MissingCapability`, `FieldsMissing`, `ReviewRefused`, `Review.DoesNotExist` for who
    may not see the notice.
    """
    with transaction.atomic():
        # The lock holds state and version as they are until the step is written, so that
        # of two people with the same form only the first moves it.
        current = (
            Review.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .select_related("notice", "proposed_by")
            .get(pk=review.pk)
        )
        if current.version != seen_version:
            since = current.transitions.filter(version__gt=seen_version)
            raise StaleReview(current, list(since.select_related("actor")))
        move = MOVES.get((current.state, action))
        if move is None:
            raise ReviewRefused(
                f"“{action.label}” is not possible while the notice is "
                f"“{current.get_state_display()}”."
            )
        require(actor, move.capability)
        _check_person(current, actor, move)
        missing = missing_fields(move, _fields(decision))
        if missing:
            raise FieldsMissing(missing)
        before = current.state
        _apply(current, actor, action, move, decision, at)
        return _write(current, before, actor, action, decision, at)


def _check_person(review: Review, actor: User, move: Move) -> None:
    if move.by_someone_else and review.proposed_by_id == actor.pk:
        raise ReviewRefused("You proposed this. A different person must read it.")
    if move.by_proposer and review.proposed_by_id != actor.pk:
        raise ReviewRefused("Only the person who proposed this can withdraw it.")


def _fields(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "reason_code": decision.reason_code,
        "reason": decision.reason.strip(),
        "innocent_explanation": decision.innocent_explanation.strip(),
        "snoozed_until": decision.snoozed_until,
    }


def _apply(
    review: Review,
    actor: User,
    action: ReviewAction,
    move: Move,
    decision: Decision,
    at: datetime,
) -> None:
    """Set the columns that the step changes; nothing is saved yet."""
    review.state = move.to or STATE_OF_OUTCOME[review.outcome]
    review.version += 1
    if action == ReviewAction.TAKE:
        review.assignee = actor
    elif action == ReviewAction.RELEASE:
        review.assignee = None
    elif action == ReviewAction.PROPOSE:
        review.assignee = None
        review.proposed_by = actor
        review.outcome = decision.outcome
        review.reason_code = decision.reason_code
        review.snoozed_until = decision.snoozed_until
    elif action == ReviewAction.CONFIRM:
        review.decided_by, review.decided_at = actor, at
    elif action == ReviewAction.SNOOZE:
        review.snoozed_until = decision.snoozed_until
    elif action in (ReviewAction.RETURN, ReviewAction.WITHDRAW):
        review.assignee = review.proposed_by
        clear_outcome(review)
    elif action in (ReviewAction.REOPEN, ReviewAction.WAKE):
        clear_outcome(review)
    why = {
        ReviewAction.RETURN: WhyHere.RETURNED,
        ReviewAction.WAKE: WhyHere.DUE,
        ReviewAction.REOPEN: WhyHere.BY_HAND,
    }.get(action)
    if why:
        review.why, review.why_detail, review.why_at = why, "", at
        review.rank = rank_of(review)


def clear_outcome(review: Review) -> None:
    """Take away the proposal and the decision; the transitions keep them."""
    review.outcome = review.reason_code = ""
    review.proposed_by = review.decided_by = None
    review.decided_at = review.snoozed_until = None


def rank_of(review: Review) -> int:
    """Return the rank of a review from its notice and why it is here."""
    return rank(
        is_urgent=review.is_urgent or bool(review.notice.urgency),
        is_back=review.why == WhyHere.BACK,
        concern=review.notice.concern,
        evidence_band=review.notice.evidence_band,
    )


def _write(
    review: Review,
    before: str,
    actor: User,
    action: ReviewAction,
    decision: Decision,
    at: datetime,
) -> ReviewTransition:
    review.save()
    outcome = decision.outcome if action == ReviewAction.PROPOSE else review.outcome
    step = ReviewTransition.objects.create(
        review=review,
        action=action,
        from_state=before,
        to_state=review.state,
        version=review.version,
        actor=actor,
        at=at,
        outcome=outcome if action != ReviewAction.RETURN else "",
        reason_code=decision.reason_code,
        reason=decision.reason.strip(),
        innocent_explanation=decision.innocent_explanation.strip(),
        screening=Screening.objects.filter(
            notice=review.notice_id, is_current=True
        ).first(),
    )
    record(
        action=Action.REVIEW_MOVED,
        actor=actor,
        target=review,
        before={"state": before},
        after={"state": review.state, "outcome": review.outcome, "step": action},
        reason=decision.reason.strip(),
    )
    return step

"""The one way in which people move a review."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.choices import Outcome, ReviewAction, WhyHere
from cases.models import Review, ReviewTransition
from cases.review.ranking import rank
from cases.review.table import (
    MOVES,
    STATE_OF_OUTCOME,
    Move,
    missing_fields,
    moves_from,
    who_may_not,
)
from notices.models import Screening

NEWS: dict[str, WhyHere] = {
    ReviewAction.RETURN: WhyHere.RETURNED,
    ReviewAction.WAKE: WhyHere.DUE,
    ReviewAction.REOPEN: WhyHere.BY_HAND,
}


class ReviewRefused(Exception):
    """The step cannot be taken; the text says why, for people."""


class FieldsMissing(ReviewRefused):
    """Required fields are empty; `names` lists them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__("Something is missing: " + ", ".join(names).replace("_", " "))


class BadDate(ReviewRefused):
    """The day to look again is not ahead."""


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


NOTHING_FILLED_IN = Decision()


def decide(
    *,
    review: Review,
    actor: User,
    action: ReviewAction,
    seen_version: int,
    at: datetime,
    decision: Decision = NOTHING_FILLED_IN,
) -> ReviewTransition:
    """Take one step of the table and return its transition.

    The same step sent twice, as by a double click, is taken once. Raises `StaleReview`
    when somebody moved the review since `seen_version`, `MissingCapability`,
    `FieldsMissing`, `BadDate`, `ReviewRefused`, `Review.DoesNotExist` for who may not
    see the notice.
    """
    decision = _tidy(decision, action)
    with transaction.atomic():
        # The lock holds state and version as they are until the step is written, so
        # that of two people with the same form only the first moves it.
        current = (
            Review.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .select_related("notice", "proposed_by", "assignee")
            .get(pk=review.pk)
        )
        if current.version != seen_version:
            return _the_same(current, actor, action, seen_version, decision)
        move = move_for(current, actor, action)
        _check_fields(current, move, decision, at)
        before = current.state
        _apply(current, actor, action, move, decision, at)
        return _write(current, before, actor, action, decision, at)


def _tidy(decision: Decision, action: ReviewAction) -> Decision:
    """Texts without outer space; a flag is not looked at again by a date."""
    is_flag = action == ReviewAction.PROPOSE and decision.outcome == Outcome.FLAGGED
    return replace(
        decision,
        reason=decision.reason.strip(),
        innocent_explanation=decision.innocent_explanation.strip(),
        snoozed_until=None if is_flag else decision.snoozed_until,
    )


def _the_same(
    review: Review, actor: User, action: ReviewAction, seen: int, decision: Decision
) -> ReviewTransition:
    """Return the step that this very form has taken before, or raise `StaleReview`."""
    since = steps_since(review, seen)
    first = since[-1] if since else None
    if (
        first is not None
        and (first.version, first.actor_id, first.action)
        == (seen + 1, actor.pk, action)
        and _said(first) == decision
    ):
        return first
    raise StaleReview(review, since)


def steps_since(review: Review, seen: int) -> list[ReviewTransition]:
    """Return what happened since somebody saw version `seen`, the newest first."""
    return list(review.transitions.filter(version__gt=seen).select_related("actor"))


def actions_open_to(review: Review, user: User) -> list[ReviewAction]:
    """Return the steps that `user` could take with the review as it stands."""
    return [
        ReviewAction(action)
        for action, move in moves_from(review.state).items()
        if user.can(move.capability) and not _refusal(review, user, move)
    ]


def _refusal(review: Review, user: User, move: Move) -> str:
    return who_may_not(
        move,
        is_proposer=review.proposed_by_id == user.pk,
        is_assignee=review.assignee_id == user.pk,
        held_by=review.assignee.name if review.assignee else "",
    )


def _said(step: ReviewTransition) -> Decision:
    """Return what the person filled in for a step."""
    return Decision(
        outcome=step.outcome if step.action == ReviewAction.PROPOSE else "",
        reason_code=step.reason_code,
        reason=step.reason,
        innocent_explanation=step.innocent_explanation,
        snoozed_until=step.again_on,
    )


def move_for(review: Review, actor: User, action: ReviewAction) -> Move:
    """Return the move of the table. Raises `ReviewRefused` and `MissingCapability`."""
    move = MOVES.get((review.state, action))
    if move is None:
        raise ReviewRefused(
            f"“{action.label}” is not possible while the notice is "
            f"“{review.get_state_display()}”."
        )
    require(actor, move.capability)
    if refusal := _refusal(review, actor, move):
        raise ReviewRefused(refusal)
    return move


def _check_fields(review: Review, move: Move, decision: Decision, at: datetime) -> None:
    fields = {name: getattr(decision, name) for name in Decision.__slots__}
    missing = missing_fields(
        move,
        fields,
        outcome=review.outcome,
        is_contested=review.notice.needs_second_analyst,
    )
    if missing:
        raise FieldsMissing(missing)
    if decision.snoozed_until and decision.snoozed_until <= today(at):
        raise BadDate("Choose a day after today.")


def today(at: datetime) -> date:
    """Return the day of `at` where the installation is."""
    return timezone.localdate(at)


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
    if action in NEWS:
        review.why, review.why_detail, review.why_at = NEWS[action], "", at
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
        outcome=outcome,
        reason_code=decision.reason_code,
        reason=decision.reason,
        innocent_explanation=decision.innocent_explanation,
        again_on=decision.snoozed_until,
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
        reason=decision.reason,
    )
    return step

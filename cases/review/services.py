"""The one way in which people move a review."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.alerts.services import forget_alerts, tell
from cases.choices import DeskAlertKind, Outcome, ReviewAction, ReviewState
from cases.models import Review, ReviewTransition
from cases.review.applying import apply, kept_of, leave_with_nobody, put_back
from cases.review.colleagues import reviews_for
from cases.review.said import (
    NOTHING_FILLED_IN,
    BadDate,
    BadField,
    Decision,
    FieldsMissing,
    ReviewRefused,
    StaleReview,
)
from cases.review.sealing import open_sealed, readings_of, seal
from cases.review.table import (
    DECIDING,
    MOVES,
    REASONS,
    UNDONE_BY,
    Hand,
    Move,
    missing_fields,
    moves_from,
    who_may_not,
)
from cases.review.undo import step_to_undo
from notices.models import Screening

# What says an outcome of its own.
SAYS_OUTCOME = (ReviewAction.PROPOSE, ReviewAction.READ, ReviewAction.ADJUDICATE)


def decide(
    *,
    review: Review,
    actor: User,
    action: ReviewAction,
    seen_version: int,
    at: datetime,
    decision: Decision = NOTHING_FILLED_IN,
    bulk_since: datetime | None = None,
) -> ReviewTransition:
    """Take one step of the table and return its transition.

    The same step sent twice, as by a double click, is taken once. `bulk_since` says
    that it is one of many, which were begun then. Raises `StaleReview` when somebody
    moved the review since `seen_version`, `MissingCapability`, `FieldsMissing`,
    `BadField`, `ReviewRefused`, `Review.DoesNotExist` for who may not see the notice.
    """
    decision = _tidy(decision, action)
    with transaction.atomic():
        # The lock holds state and version as they are until the step is written, so
        # that of two people with the same form only the first moves it.
        current = (
            Review.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .select_related("notice", "proposed_by", "assignee", "second_reader")
            .get(pk=review.pk)
        )
        if current.version != seen_version:
            return _the_same(current, actor, action, seen_version, decision)
        move = check(current, actor, action, decision, at)
        before = current.state
        kept = kept_of(current) if action in UNDONE_BY else {}
        if move.goes_back:
            undone = step_to_undo(current, actor, at, since=bulk_since)
            put_back(current, undone.before)
            _leave_nobody_unable(current)
            forget_alerts(review=current, by=actor, at=undone.at)
        else:
            apply(current, actor, action, move, decision, at)
        step = ReviewTransition(
            review=current,
            action=action,
            from_state=before,
            actor=actor,
            at=at,
            before=kept,
            is_bulk=bulk_since is not None,
        )
        return _write(current, step, action, decision)


def _tidy(decision: Decision, action: ReviewAction) -> Decision:
    """Texts without outer space, and nothing that the step does not take.

    A flag is not looked at again by a date.
    """
    says = action in SAYS_OUTCOME
    has_day = action == ReviewAction.SNOOZE or (
        says and decision.outcome != Outcome.FLAGGED
    )
    return Decision(
        outcome=decision.outcome if says else "",
        reason_code=decision.reason_code if action in REASONS else "",
        reason=decision.reason.strip(),
        innocent_explanation=decision.innocent_explanation.strip() if says else "",
        snoozed_until=decision.snoozed_until if has_day else None,
        assignee=decision.assignee if action == ReviewAction.ASSIGN else None,
        is_blind=decision.is_blind and action == ReviewAction.PROPOSE,
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
    steps = review.transitions.filter(version__gt=seen)
    return list(steps.select_related("actor", "assignee", "sealed"))


def actions_open_to(review: Review, user: User) -> list[ReviewAction]:
    """Return the steps that `user` could take with the review as it stands.

    Undoing is not among them: it hangs on the last step (`cases.review.undo`).
    """
    return [
        ReviewAction(action)
        for action, move in moves_from(review.state).items()
        if move.capability is not None
        and user.can(move.capability)
        and not move.goes_back
        and not _refusal(review, user, ReviewAction(action), move)
    ]


def hand_of(review: Review, user: User) -> Hand:
    """Return what `user` has to do with the review so far."""
    return Hand(
        is_first=review.proposed_by_id == user.pk,
        is_second=review.second_reader_id == user.pk,
        is_assignee=review.assignee_id == user.pk,
    )


def _refusal(review: Review, user: User, action: ReviewAction, move: Move) -> str:
    if (action, review.is_urgent) in (
        (ReviewAction.URGE, True),
        (ReviewAction.CALM, False),
    ):
        return f"It is {'' if review.is_urgent else 'not '}marked as urgent already."
    return who_may_not(
        move,
        hand_of(review, user),
        is_blind=review.is_blind,
        held_by=review.assignee.name if review.assignee else "",
    )


def _said(step: ReviewTransition) -> Decision:
    """Return what the person filled in for a step."""
    told = step.sealed if step.is_sealed else step
    return Decision(
        outcome=told.outcome if step.action in SAYS_OUTCOME else "",
        reason_code=told.reason_code,
        reason=told.reason,
        innocent_explanation=told.innocent_explanation,
        snoozed_until=told.again_on,
        assignee=step.assignee,
        is_blind=step.is_blind,
    )


def move_for(review: Review, actor: User, action: ReviewAction) -> Move:
    """Return the move of the table. Raises `ReviewRefused` and `MissingCapability`."""
    move = MOVES.get((review.state, action))
    if move is None or move.capability is None:
        raise ReviewRefused(
            f"“{action.label}” is not possible while the notice is "
            f"“{review.get_state_display()}”."
        )
    require(actor, move.capability)
    if refusal := _refusal(review, actor, action, move):
        raise ReviewRefused(refusal)
    return move


def check(
    review: Review,
    actor: User,
    action: ReviewAction,
    decision: Decision,
    at: datetime,
    *,
    seen_by_assignee: bool | None = None,
) -> Move:
    """Return the move if it can be taken like this; raises as `decide` does.

    `seen_by_assignee` says whether who gets it may see the notice, where that is known.
    """
    move = move_for(review, actor, action)
    fields = {name: getattr(decision, name) for name in Decision.__slots__}
    missing = missing_fields(
        move,
        fields,
        outcome=review.outcome,
        is_contested=review.notice.needs_second_analyst,
    )
    if missing:
        raise FieldsMissing(missing)
    if decision.outcome and decision.outcome not in Outcome.values:
        raise BadField("outcome", "Choose an outcome.")
    if decision.reason_code and decision.reason_code not in REASONS[action]:
        raise BadField("reason_code", "Choose a reason of this list.")
    if decision.snoozed_until and decision.snoozed_until <= today(at):
        raise BadDate("Choose a day after today.")
    if action == ReviewAction.ADJUDICATE:
        _check_adjudication(review, decision)
    if decision.assignee is not None:
        _check_assignee(review, decision.assignee, sees=seen_by_assignee)
    return move


def _check_adjudication(review: Review, decision: Decision) -> None:
    """Let a third person take the side of one reader: two have to hold an outcome."""
    readings = readings_of(review)
    if readings is None or decision.outcome not in readings.outcomes:
        raise BadField(
            "outcome", "Choose the outcome of one of the two readings, or return it."
        )


def _leave_nobody_unable(review: Review) -> None:
    """Let it wait where who had it may not see it any more, or has left."""
    holder = User.objects.filter(pk=review.assignee_id or 0).first()
    if holder is None:
        return
    if not (holder.is_active and reviews_for(holder).filter(pk=review.pk).exists()):
        leave_with_nobody(review)


def _check_assignee(review: Review, to: User, *, sees: bool | None) -> None:
    """Give work only to who can do it; who may not see the notice is not told of it."""
    move = MOVES[ReviewState.WAITING, ReviewAction.TAKE]
    if sees is None:
        sees = reviews_for(to).filter(pk=review.pk).exists()
    if not (sees and to.is_active and move.capability and to.can(move.capability)):
        raise BadField("assignee", f"{to.name} cannot work on this notice.")
    if review.assignee_id == to.pk and review.state == ReviewState.TAKEN:
        raise BadField("assignee", f"{to.name} has it already.")


def today(at: datetime) -> date:
    """Return the day of `at` where the installation is."""
    return timezone.localdate(at)


def _write(
    review: Review, step: ReviewTransition, action: ReviewAction, decision: Decision
) -> ReviewTransition:
    """Save the review with its step, tell who has to know, and write the log last."""
    review.save()
    step.to_state, step.version = review.state, review.version
    step.assignee = decision.assignee
    step.screening = Screening.objects.filter(
        notice=review.notice_id, is_current=True
    ).first()
    step.is_blind = step.is_sealed = decision.is_blind
    if not step.is_sealed:
        step.outcome = decision.outcome if action in SAYS_OUTCOME else review.outcome
        step.reason_code = decision.reason_code
        step.reason = decision.reason
        step.innocent_explanation = decision.innocent_explanation
        step.again_on = decision.snoozed_until
    if action == ReviewAction.READ:
        step.reads = (
            review.transitions.filter(action=ReviewAction.PROPOSE).order_by("-version")
        ).first()
    step.save()
    if step.is_sealed:
        seal(step, decision)
    elif action in DECIDING:
        open_sealed(review)
    elif action == ReviewAction.PROPOSE:
        open_sealed(review, step.actor)
    _tell(review, step)
    record(
        action=Action.REVIEW_MOVED,
        actor=step.actor,
        target=review,
        before={"state": step.from_state},
        after={"state": review.state, "outcome": review.outcome, "step": action}
        | ({"given_to": step.assignee_id} if step.assignee_id else {})
        | ({"blind": True} if step.is_blind else {}),
        reason=step.reason,
    )
    return step


def _tell(review: Review, step: ReviewTransition) -> None:
    """Tell whoever got work by this step, unless they took it themselves."""
    kind = {
        ReviewAction.ASSIGN: DeskAlertKind.ASSIGNED,
        ReviewAction.RETURN: DeskAlertKind.RETURNED,
    }.get(ReviewAction(step.action))
    if kind and review.assignee_id and review.assignee_id != step.actor_id:
        tell(
            review=review,
            user_id=review.assignee_id,
            kind=kind,
            by=step.actor,
            at=step.at,
        )

"""Blind readings: what the first person said stays closed until the second has spoken.

The words of a blind proposal stand in a row of their own that only its author reads,
the author's words on findings are sealed with them, and the audit log is told no more
than that there is a proposal. Opening puts them where they belong.
"""

from dataclasses import dataclass

from accounts.models import User
from cases.choices import ReviewAction
from cases.models import Review, ReviewTransition, SealedReading
from cases.review.said import Decision
from notices.screening.seals import open_words, seal_words

_COLUMNS = ("outcome", "reason_code", "reason", "innocent_explanation", "again_on")


@dataclass(frozen=True, slots=True)
class Readings:
    """Two readings of one notice, the second one blind."""

    first: ReviewTransition
    second: ReviewTransition

    @property
    def outcomes(self) -> tuple[str, str]:
        return self.first.outcome, self.second.outcome

    @property
    def agree(self) -> bool:
        return self.first.outcome == self.second.outcome


def seal(step: ReviewTransition, decision: Decision) -> None:
    """Keep what a blind proposal says, closed; in the caller's transaction."""
    SealedReading.objects.create(
        step=step,
        outcome=decision.outcome,
        reason_code=decision.reason_code,
        reason=decision.reason,
        innocent_explanation=decision.innocent_explanation,
        again_on=decision.snoozed_until,
    )
    if step.actor is not None:
        seal_words(notice=step.review.notice, author=step.actor)


def open_sealed(review: Review, author: User | None = None) -> None:
    """Open the readings of `review` that are sealed; in the caller's transaction.

    Those of everybody once two readings have met or something is decided; before that
    at most those of an `author` who now says openly what they make of it.
    """
    sealed = SealedReading.objects.filter(step__review=review)
    if author is not None:
        sealed = sealed.filter(step__actor=author)
    for one in sealed.select_related("step"):
        for column in _COLUMNS:
            setattr(one.step, column, getattr(one, column))
        one.step.is_sealed = False
        one.step.save(update_fields=[*_COLUMNS, "is_sealed"])
    sealed.delete()
    open_words(notice=review.notice, author=author)


def sealed_proposal(review: Review) -> SealedReading | None:
    """Return what the blind proposal that waits says. For services alone."""
    sealed = SealedReading.objects.filter(
        step__review=review, step__actor=review.proposed_by_id
    )
    return sealed.order_by("-step__version").first()


def readings_of(review: Review) -> Readings | None:
    """Return the last blind reading with the proposal it read, once both are open."""
    second = (
        review.transitions.filter(action=ReviewAction.READ)
        .select_related("actor", "reads__actor")
        .first()
    )
    if second is None or second.reads is None or second.reads.is_sealed:
        return None
    return Readings(second.reads, second)

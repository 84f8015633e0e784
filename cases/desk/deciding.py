"""What the decision page shows: the charges and findings, what was said, the forms."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from cases.choices import (
    REVIEW_DECIDED,
    Outcome,
    ReasonCode,
    ReviewAction,
    ReviewState,
)
from cases.desk.decisions import FORMS, MoveForm
from cases.desk.notice import NoticePage, charges_of, screening_of
from cases.drafts.services import drafts_of
from cases.models import Draft, Review, ReviewTransition, SealedReading
from cases.review.sealing import Readings, readings_of
from cases.review.services import actions_open_to
from notices.choices import ChangeKind
from notices.models import NoticeChange
from notices.pages.judgements import judging_of
from notices.wording import FIELD_NAMES

# Fields that may hold health data are named, and shown on the page of versions.
HEALTH = {"distinguishing_marks"}
SHOWN = 20
# Where an earlier outcome does not stand any more.
_AGAIN = (ReviewState.WAITING, ReviewState.TAKEN, ReviewState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Since:
    """What the notice said differently since somebody came to an outcome."""

    step: ReviewTransition
    changes: list[tuple[str, NoticeChange, bool]]


def context_of(
    request: HttpRequest,
    page: NoticePage,
    review: Review,
    bound: dict[ReviewAction, MoveForm],
) -> dict[str, Any]:
    """Return what the page shows; `bound` are forms that were sent and not taken."""
    drafts = drafts_of(review, page.user)
    shown = dict.fromkeys([*actions_open_to(review, page.user), *bound])
    readings = _readings(review)
    return {
        "page": page,
        "review": review,
        "forms": {one: _form(one, review, bound, drafts) for one in shown},
        "drafts": {
            purpose: draft for purpose, draft in drafts.items() if purpose not in bound
        },
        "proposal": _proposal(review),
        "own_sealed": _own_sealed(review, page.user),
        "readings": readings,
        "compared": _compared(readings) if readings else [],
        "since": _since(review, page.user),
        "sheet": screening_of(page)["sheet"],
        "judging": judging_of(page.notice, request),
        "is_own": review.proposed_by_id == page.user.pk,
        "is_second": review.second_reader_id == page.user.pk,
        "waits": review.state == ReviewState.PROPOSED,
        "differs": review.state == ReviewState.DIFFERING,
        "outcomes": dict(Outcome.choices),
        **charges_of(page.notice),
    }


def _form(
    action: ReviewAction,
    review: Review,
    bound: dict[ReviewAction, MoveForm],
    drafts: dict[str, Draft],
) -> MoveForm:
    """Return the form of an action, with what its person typed before.

    Ids differ, since several stand on one page.
    """
    kept = drafts[action].fields if action in drafts else {}
    made = bound.get(action) or FORMS[action](
        review=review, initial={**kept, "seen_version": review.version}
    )
    made.auto_id = f"id_{action}_%s"
    return made


def _proposal(review: Review) -> ReviewTransition | None:
    """Return the step whose outcome waits for a second person."""
    if review.state != ReviewState.PROPOSED:
        return None
    proposals = review.transitions.filter(action=ReviewAction.PROPOSE)
    return proposals.select_related("actor").first()


def _own_sealed(review: Review, user: User) -> SealedReading | None:
    """Return what the reader proposed blind; nobody else gets it."""
    if not (review.is_blind and review.proposed_by_id == user.pk):
        return None
    mine = SealedReading.objects.visible_to(user).filter(step__review=review)
    return mine.order_by("-step__version").first()


def _readings(review: Review) -> Readings | None:
    is_over = review.state in (ReviewState.DIFFERING, *REVIEW_DECIDED)
    return readings_of(review) if is_over and review.second_reader_id else None


def _compared(readings: Readings) -> list[tuple[str, str, str]]:
    """Return two readings line by line, in words."""
    codes = dict(ReasonCode.choices)
    outcomes = dict(Outcome.choices)

    def words(step: ReviewTransition) -> tuple[str, ...]:
        return (
            str(outcomes.get(step.outcome, "")),
            str(codes.get(step.reason_code, "")),
            step.reason,
            step.innocent_explanation,
            f"{step.again_on:%-d %b %Y}" if step.again_on else "",
        )

    labels = (
        "Outcome",
        "Main reason",
        "Why",
        "The innocent explanation",
        "Look again on",
    )
    both = zip(labels, words(readings.first), words(readings.second), strict=True)
    return [(label, one, other) for label, one, other in both if one or other]


def _since(review: Review, user: User) -> Since | None:
    """Return what changed since the last outcome, of a review that is open again."""
    if review.state not in _AGAIN or not review.version:
        return None
    said = review.transitions.filter(action__in=_SAYS).exclude(outcome="")
    last = said.select_related("actor").first()
    if last is None:
        return None
    changes = NoticeChange.objects.visible_to(user).filter(
        notice=review.notice_id, at__gte=last.at
    )
    found = [
        (
            FIELD_NAMES.get(one.field, one.field) or one.get_kind_display(),
            one,
            one.field in HEALTH,
        )
        for one in changes.exclude(kind=ChangeKind.MISSING)[:SHOWN]
    ]
    return Since(last, found) if found else None


_SAYS = (
    ReviewAction.PROPOSE,
    ReviewAction.CONFIRM,
    ReviewAction.READ,
    ReviewAction.AGREE,
    ReviewAction.ADJUDICATE,
)

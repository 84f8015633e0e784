"""What a bulk act does with one notice: the same services as for a single one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.access import MissingCapability
from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import BulkKind, ReviewAction
from cases.comments.tags import MarkRefused, add_tag, ask_translation
from cases.models import Bulk, BulkItem, Review, Tagging, TranslationWish
from cases.review.colleagues import reviews_for
from cases.review.said import Decision, ReviewRefused, StaleReview
from cases.review.services import check, decide

ACTIONS: Mapping[str, ReviewAction] = {
    BulkKind.ASSIGN: ReviewAction.ASSIGN,
    BulkKind.SNOOZE: ReviewAction.SNOOZE,
    BulkKind.DISMISS: ReviewAction.PROPOSE,
}


class Skipped(Exception):
    """Nothing was done with this one; the text says why, for people."""


def decision_of(bulk: Bulk) -> Decision:
    """Return what goes to each of them."""
    return Decision(
        outcome=bulk.outcome,
        reason_code=bulk.reason_code,
        reason=bulk.note,
        snoozed_until=bulk.until,
        assignee=bulk.assignee,
    )


@dataclass(slots=True)
class Foresight:
    """Tells what would happen to reviews, asked once for all of them."""

    bulk: Bulk
    at: datetime
    _marked: set[int] = field(default_factory=set)
    _seen: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, bulk: Bulk, at: datetime) -> "Foresight":
        mine = bulk.items.values("review")
        marked: set[int] = set()
        seen: set[int] = set()
        if bulk.kind == BulkKind.TAG:
            tagged = Tagging.objects.filter(review__in=mine, name__iexact=bulk.tag)
            marked = set(tagged.values_list("review", flat=True))
        elif bulk.kind == BulkKind.TRANSLATE:
            wishes = TranslationWish.objects.filter(review__in=mine, ended_at=None)
            marked = set(wishes.values_list("review", flat=True))
        elif bulk.assignee is not None:
            rows = reviews_for(bulk.assignee).filter(pk__in=mine)
            seen = set(rows.values_list("pk", flat=True))
        return cls(bulk, at, marked, seen)

    def why_not(self, item: BulkItem) -> str:
        """Return why one would be skipped; empty where it would be done."""
        review, bulk = item.review, self.bulk
        if review.version != item.seen_version:
            return "It changed since you chose it."
        if bulk.kind in ACTIONS:
            try:
                check(
                    review,
                    bulk.actor,
                    ACTIONS[bulk.kind],
                    decision_of(bulk),
                    self.at,
                    seen_by_assignee=review.pk in self._seen,
                )
            except (ReviewRefused, MissingCapability) as refusal:
                return str(refusal)
            return ""
        if review.pk in self._marked:
            return (
                "It has this tag already."
                if bulk.kind == BulkKind.TAG
                else "A translation is asked for already."
            )
        return ""


def do_one(item: BulkItem, *, at: datetime) -> int:
    """Do it with one notice; return the version of its review, or the row that is new.

    Raises `Skipped`.
    """
    bulk, review = item.bulk, item.review
    try:
        if bulk.kind in ACTIONS:
            step = decide(
                review=review,
                actor=bulk.actor,
                action=ACTIONS[bulk.kind],
                seen_version=item.seen_version,
                at=at,
                decision=decision_of(bulk),
                bulk_since=at,
            )
            return step.version
        made = (
            add_tag(review=review, actor=bulk.actor, name=bulk.tag, at=at)
            if bulk.kind == BulkKind.TAG
            else ask_translation(review=review, actor=bulk.actor, note=bulk.note, at=at)
        )
    except StaleReview as stale:
        raise Skipped(_since(stale)) from stale
    except Review.DoesNotExist as gone:
        raise Skipped("It is not there any more.") from gone
    except (ReviewRefused, MarkRefused, MissingCapability) as refusal:
        raise Skipped(str(refusal)) from refusal
    return made.pk


def undo_one(item: BulkItem, *, at: datetime) -> None:
    """Put one back as it was. Raises `Skipped` where somebody has touched it since."""
    actor = item.bulk.actor
    if not Review.objects.visible_to(actor).filter(pk=item.review_id).exists():
        raise Skipped("It is not there any more.")
    if item.bulk.kind in ACTIONS:
        _undo_step(item, at)
    else:
        _UNMARK[item.bulk.kind](item)


def _undo_step(item: BulkItem, at: datetime) -> None:
    try:
        decide(
            review=item.review,
            actor=item.bulk.actor,
            action=ReviewAction.UNDO,
            seen_version=item.made or 0,
            at=at,
            bulk_since=at,
        )
    except StaleReview as stale:
        raise Skipped(_since(stale)) from stale
    except Review.DoesNotExist as gone:
        raise Skipped("It is not there any more.") from gone
    except (ReviewRefused, MissingCapability) as refusal:
        raise Skipped(str(refusal)) from refusal


def _untag(item: BulkItem) -> None:
    count, _ = Tagging.objects.filter(pk=item.made or 0, review=item.review).delete()
    if not count:
        raise Skipped("Somebody took the tag away already.")
    record(
        action=Action.REVIEW_UNTAGGED,
        actor=item.bulk.actor,
        target=item.review,
        before={"tag": item.bulk.tag},
    )


def _unask(item: BulkItem) -> None:
    wishes = TranslationWish.objects.filter(pk=item.made or 0, ended_at=None)
    count, _ = wishes.delete()
    if not count:
        raise Skipped("Somebody has dealt with the wish already.")
    record(action=Action.TRANSLATION_ENDED, actor=item.bulk.actor, target=item.review)


_UNMARK: dict[str, Callable[[BulkItem], None]] = {
    BulkKind.TAG: _untag,
    BulkKind.TRANSLATE: _unask,
}


def _since(stale: StaleReview) -> str:
    """Say who did what meanwhile."""
    if not stale.since:
        return "It changed meanwhile."
    last = stale.since[0]
    who = last.actor.name if last.actor else "The app"
    return f"{who} changed it meanwhile: {last.get_action_display().lower()}."

"""What the desk keeps around one notice, of one person."""

from typing import Any

from accounts.models import User
from cases.choices import BulkKind, BulkState, DeskAlertKind
from cases.models import (
    Bulk,
    BulkItem,
    Comment,
    DeskAlert,
    Draft,
    Review,
    Tagging,
    TranslationWish,
)
from notices.models import Notice
from tests.factories import NOON


def desk_things(notice: Notice, owner: User, word: str) -> dict[str, dict[str, Any]]:
    """Make one of each; return what addresses take, `word` stands in every text."""
    review = Review.objects.get(notice=notice)
    comment = Comment.objects.create(review=review, author=owner, text=word, at=NOON)
    DeskAlert.objects.create(
        review=review,
        user=owner,
        kind=DeskAlertKind.MENTIONED,
        by=owner,
        comment=comment,
        at=NOON,
    )
    Draft.objects.create(
        review=review,
        author=owner,
        purpose="propose",
        fields={"reason": word},
        seen_version=review.version,
        saved_at=NOON,
    )
    Tagging.objects.create(review=review, name=word, by=owner, at=NOON)
    wish = TranslationWish.objects.create(
        review=review, note=word, asked_by=owner, asked_at=NOON
    )
    bulk = Bulk.objects.create(
        kind=BulkKind.TAG,
        state=BulkState.DONE,
        actor=owner,
        note=word,
        tag="to translate",
        made_at=NOON,
        done_at=NOON,
    )
    BulkItem.objects.create(bulk=bulk, review=review, seen_version=review.version)
    return {
        "notice": {"purpose": "propose", "comment": comment.key},
        "translation": {"key": wish.key},
        "bulk": {"key": bulk.key},
    }

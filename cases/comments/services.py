"""Saying something about a notice to those who read it, and telling who is meant."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.alerts.services import tell
from cases.choices import DeskAlertKind
from cases.comments.mentions import mentions_in
from cases.drafts.services import discard_draft
from cases.models import Comment, DeskAlert, Draft, Review
from cases.review.colleagues import readers_of

LONGEST = 10_000
# The same words again within this time are a second click.
_SAME = timedelta(minutes=1)


class CommentRefused(Exception):
    """It cannot be said like this; the text says why, for people."""


@transaction.atomic
def say(*, review: Review, author: User, text: str, at: datetime) -> Comment:
    """Keep a comment and tell those whom it mentions.

    Somebody who may not read the notice cannot be mentioned: it would tell them of it,
    and whoever writes would think that they know. Raises `CommentRefused`,
    `MissingCapability`, `Review.DoesNotExist`.
    """
    require(author, Capability.SEE_FINDINGS)
    said = text.strip()
    # The lock keeps a second click waiting until the first is written.
    locked = (
        Review.objects.visible_to(author)
        .select_for_update(of=("self",))
        .select_related("notice")
        .get(pk=review.pk)
    )
    if not said:
        raise CommentRefused("Write what you want to say.")
    if len(said) > LONGEST:
        raise CommentRefused(
            f"Keep it under {LONGEST:,} characters: {len(said):,} now."
        )
    last = Comment.objects.filter(review=locked, author=author).last()
    if last is not None and last.text == said and at - last.at < _SAME:
        return last
    told = _meant(locked, said)
    comment = Comment.objects.create(review=locked, author=author, text=said, at=at)
    for person in told:
        if person.pk != author.pk:
            tell(
                review=locked,
                user_id=person.pk,
                kind=DeskAlertKind.MENTIONED,
                by=author,
                at=at,
                comment=comment,
            )
    discard_draft(review=locked, author=author, purpose=Draft.COMMENT)
    record(
        action=Action.COMMENT_WRITTEN,
        actor=author,
        target=comment,
        after={"told": [one.pk for one in told]},
    )
    return comment


def _meant(review: Review, text: str) -> Sequence[User]:
    """Return who is mentioned. Raises `CommentRefused` for who cannot be told."""
    if "@" not in text:
        return ()
    everybody = {one.pk: one for one in User.objects.filter(is_active=True)}
    found = mentions_in(text, [(pk, one.name) for pk, one in everybody.items()])
    readers = set(readers_of(review).values_list("pk", flat=True))
    outside = [everybody[pk].name for pk in found.people if pk not in readers]
    if outside:
        raise CommentRefused(
            f"{', '.join(outside)} cannot be told of this notice. "
            "Leave the @ away to write the name alone."
        )
    return [everybody[pk] for pk in found.people]


@transaction.atomic
def withdraw(*, comment: Comment, actor: User, at: datetime) -> None:
    """Take one's own comment back: its words go, also from what others were told.

    Twice is harmless. Raises `CommentRefused` for the comment of somebody else.
    """
    locked = Comment.objects.visible_to(actor).select_for_update(of=("self",))
    mine = locked.get(pk=comment.pk)
    if mine.author_id != actor.pk:
        raise CommentRefused("Only who wrote it can take it back.")
    if mine.withdrawn_at is not None:
        return
    mine.text, mine.withdrawn_at = "", at
    mine.save(update_fields=["text", "withdrawn_at"])
    DeskAlert.objects.filter(comment=mine, seen_at=None).delete()
    # The log never had the words, so that they are gone now.
    record(action=Action.COMMENT_WITHDRAWN, actor=actor, target=mine)

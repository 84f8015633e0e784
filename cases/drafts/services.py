"""What somebody types is kept on the server while they type, for them alone."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from cases.models import Draft, Review

# Characters of one field. What is longer is not kept, and the page says so.
LONGEST = 100_000
NOT_KEPT = ("csrfmiddlewaretoken", "seen_version")
# Fields of any one form, with room.
MOST_FIELDS = 20


class DraftTooLong(Exception):
    """One of the texts is too long to be kept; the text says which."""


def save_draft(
    *,
    review: Review,
    author: User,
    purpose: str,
    fields: Mapping[str, str],
    seen_version: int,
    at: datetime,
) -> Draft | None:
    """Keep the latest state of a form; None where nothing is written in it any more.

    Raises `DraftTooLong`. Nothing about the notice changes, so the log is not told.
    """
    kept = {
        name[:60]: text
        for name, text in list(fields.items())[:MOST_FIELDS]
        if name not in NOT_KEPT and text
    }
    if any(len(text) > LONGEST for text in kept.values()):
        raise DraftTooLong(f"Texts of more than {LONGEST:,} characters are not kept.")
    if not any(kept.values()):
        discard_draft(review=review, author=author, purpose=purpose)
        return None
    draft, _ = Draft.objects.update_or_create(
        review=review,
        author=author,
        purpose=purpose,
        defaults={"fields": kept, "seen_version": seen_version, "saved_at": at},
    )
    return draft


def drafts_of(review: Review, author: User) -> dict[str, Draft]:
    """Return what `author` has not sent, by the purpose of its form."""
    drafts = Draft.objects.visible_to(author).filter(review=review)
    return {one.purpose: one for one in drafts}


def discard_draft(*, review: Review, author: User, purpose: str) -> None:
    """Forget a draft, because it was sent or is no longer wanted; twice is harmless."""
    mine = Draft.objects.visible_to(author).filter(review=review)
    mine.filter(purpose=purpose).delete()

"""Tags on notices, and wishes for a translation: small marks of the desk."""

from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.models import Review, Tagging, TranslationWish
from cases.models.desk import LONGEST_TAG


class MarkRefused(Exception):
    """The mark cannot be made; the text says why, for people."""


def tag_name(text: str) -> str:
    """Return a tag as it is kept. Raises `MarkRefused` where it cannot be one."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_TAG:
        raise MarkRefused(f"A tag has 1 to {LONGEST_TAG} characters.")
    if not name.isprintable():
        raise MarkRefused("A tag has no hidden or turning characters.")
    return name


@transaction.atomic
def add_tag(*, review: Review, actor: User, name: str, at: datetime) -> Tagging:
    """Put a tag on a notice, spelled as where `actor` has met it before.

    Raises `MarkRefused` where it is there already.
    """
    locked = _lock(review, actor)
    wanted = tag_name(name)
    if Tagging.objects.filter(review=locked, name__iexact=wanted).exists():
        raise MarkRefused(f"It has the tag “{wanted}” already.")
    known = Tagging.objects.visible_to(actor).filter(name__iexact=wanted).first()
    tagging = Tagging.objects.create(
        review=locked, name=known.name if known else wanted, by=actor, at=at
    )
    record(
        action=Action.REVIEW_TAGGED,
        actor=actor,
        target=locked,
        after={"tag": tagging.name},
    )
    return tagging


@transaction.atomic
def take_tag(*, review: Review, actor: User, name: str) -> bool:
    """Take a tag away; False where it is not there any more."""
    locked = _lock(review, actor)
    count, _ = Tagging.objects.filter(review=locked, name=name).delete()
    if count:
        record(
            action=Action.REVIEW_UNTAGGED,
            actor=actor,
            target=locked,
            before={"tag": name},
        )
    return bool(count)


def known_tags(reader: User) -> list[str]:
    """Return the tags that `reader` meets on notices, for a form to offer."""
    rows = Tagging.objects.visible_to(reader).order_by("name")
    return list(rows.values_list("name", flat=True).distinct()[:200])


@transaction.atomic
def ask_translation(
    *, review: Review, actor: User, note: str, at: datetime
) -> TranslationWish:
    """Ask that the charges be translated. Raises `MarkRefused` where somebody did."""
    locked = _lock(review, actor)
    if TranslationWish.objects.filter(review=locked, ended_at=None).exists():
        raise MarkRefused("A translation is asked for already.")
    wish = TranslationWish.objects.create(
        review=locked, note=note.strip(), asked_by=actor, asked_at=at
    )
    record(action=Action.TRANSLATION_ASKED, actor=actor, target=wish, reason=wish.note)
    return wish


@transaction.atomic
def end_translation_wish(
    *, wish: TranslationWish, actor: User, at: datetime
) -> TranslationWish:
    """Note that it is translated, or need not be; twice is harmless."""
    require(actor, Capability.PROPOSE)
    locked = TranslationWish.objects.visible_to(actor).select_for_update(of=("self",))
    open_one = locked.get(pk=wish.pk)
    if open_one.ended_at is None:
        open_one.ended_by, open_one.ended_at = actor, at
        open_one.save(update_fields=["ended_by", "ended_at"])
        record(action=Action.TRANSLATION_ENDED, actor=actor, target=open_one)
    return open_one


def _lock(review: Review, actor: User) -> Review:
    """Lock the review that `actor` may work on, so that marks are made one by one."""
    require(actor, Capability.PROPOSE)
    rows = Review.objects.visible_to(actor).select_for_update(of=("self",))
    return rows.select_related("notice").get(pk=review.pk)

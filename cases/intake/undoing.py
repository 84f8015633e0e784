"""Takes an import back, unless people have built upon it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cases.choices import FollowKind
from cases.intake.services import finish
from cases.models import Follow
from notices.choices import NameSource
from notices.ingest.undo import undo
from notices.models import FeedRun, IdentityStep, Notice, Person


def in_use(run: FeedRun) -> set[int]:
    """Return the notices of `run` that people worked on: decided, put in a case file,
    or whose person has facts or names that colleagues entered, is followed, stands in a
    matter, or was held against another one.

    What others follow is as unseen as a file behind a wall: a refusal that shows no
    reason tells nothing of either.
    """
    notices = Notice.objects.filter(changes__run=run)
    people = notices.values("person_id")
    said_of_them = IdentityStep.objects.filter(
        Q(pair__left=OuterRef("pk")) | Q(pair__right=OuterRef("pk"))
    )
    by_hand = Q(names__source=NameSource.PERSON)
    cared_for = Person.objects.filter(pk__in=people).filter(
        by_hand
        | Q(facts__isnull=False)
        | Q(cases__isnull=False)
        | Q(merges__isnull=False)
        | Q(matters__isnull=False)
        | Exists(said_of_them)
        | Q(pk__in=Follow.objects.filter(kind=FollowKind.PERSON).values("person"))
    )
    used = (
        Q(review__transitions__isnull=False)
        | Q(case_links__isnull=False)
        | Q(person__in=cared_for)
    )
    return set(notices.filter(used).values_list("pk", flat=True))


def undo_import(*, run: FeedRun, actor: User | None, at: datetime) -> FeedRun:
    """Take an import back whole. Raises `UndoRefused` with the reason."""
    with transaction.atomic():
        undone = undo(run=run, actor=actor, at=at, in_use=in_use(run))
    finish(at=at)
    return undone

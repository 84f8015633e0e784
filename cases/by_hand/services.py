"""A notice that somebody enters by hand becomes work, and part of a case file."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cases.files.access import CaseRefused, lock_for_writing
from cases.files.services import link_notice
from cases.models import CaseFile
from cases.review.intake import take_in
from notices.choices import Confidentiality
from notices.ingest.by_hand import Entered, EntryRefused, enter_notice
from notices.models import Notice, Person


def files_of(user: User) -> QuerySet[CaseFile]:
    """Return the open files that name `user` and can take the notice, by code."""
    named = user.case_memberships.current().values("case")
    seen = CaseFile.objects.visible_to(user).filter(pk__in=named, closed_at=None)
    return seen.select_related("person").order_by("code")


def enter_by_hand(
    *,
    entered: Entered,
    actor: User,
    at: datetime,
    case: CaseFile | None = None,
    person: Person | None = None,
    readers: Sequence[User] = (),
) -> Notice:
    """Keep the notice, put it into the inbox of those who see it, link it to `case`.

    Whoever is named on the file sees the notice as long as they are, and nobody else;
    it names the person of the file. Raises `EntryRefused`, `MissingCapability`,
    `NotNamed`.
    """
    with transaction.atomic():
        if case is not None:
            if readers:
                raise EntryRefused("For a case file, name its readers on the file.")
            person = _person_of(case, actor, entered)
        notice = enter_notice(
            entered=entered, actor=actor, at=at, person=person, readers=readers
        )
        if case is not None:
            link_notice(
                case=case,
                notice=notice,
                actor=actor,
                at=at,
                reason="Entered by hand for this file",
            )
            # The file opens it from here on; a right of one's own would outlive that.
            notice.grants.all().delete()
    take_in(at=at)
    return notice


def _person_of(case: CaseFile, actor: User, entered: Entered) -> Person:
    """Lock the file first, as every service does, and return whom it is about."""
    try:
        locked = lock_for_writing(case, actor)
    except CaseRefused as refusal:
        raise EntryRefused(str(refusal)) from refusal
    if entered.confidentiality != Confidentiality.RESTRICTED:
        raise EntryRefused("For a case file the notice stays with named people.")
    return locked.person

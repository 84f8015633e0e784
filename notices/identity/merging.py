"""Takes several people on record as one, and takes that back.

No row moves: every name, notice, fact and case file stays with the person it was
recorded for, whom pages then show under one. So a fact stays with its file, ids and
addresses stay, and taking a merge back restores both exactly, whatever was written in
the meantime.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.choices import Answer
from notices.identity.cluster import FIELDS, connected, recompute
from notices.identity.deciding import IdentityError, keep_step
from notices.identity.restoring import restore_screenings
from notices.identity.shared import group_of
from notices.models import IdentityPair, Merge, MergeMember, Person
from notices.screening.services import screen_person

# A pair is read by whoever sees its two, and the reason may speak of a third.
MERGED = "They were taken as one; the reason stands with the merge."
UNMERGED = "They are no longer taken as one; the reason stands with the merge."


@transaction.atomic
def merge(
    *,
    kept: Person,
    others: Sequence[Person],
    fields: Mapping[str, Person],
    reason: str,
    actor: User,
    at: datetime,
) -> Merge:
    """Take `others` as one with `kept`, under whose page they then stand.

    `fields` says whose display name, birth date and sex are shown. Their notices are
    screened again. Raises MissingCapability, and `IdentityError` without a reason, for
    people whom `actor` may not see and for those who are one already.
    """
    require(actor, Capability.RECORD_FACTS)
    reason = reason.strip()
    if not reason:
        raise IdentityError("Say why they are the same person.")
    ids = {kept.pk, *(one.pk for one in others)}
    if len(ids) < 2:
        raise IdentityError("Choose at least one other person.")
    if unknown := set(fields) - set(FIELDS):
        raise IdentityError(f"{', '.join(sorted(unknown))} cannot be chosen.")
    if {one.pk for one in fields.values()} - ids:
        raise IdentityError("Choose values of the people who are merged.")
    _lock(ids)
    if Person.objects.visible_to(actor).filter(pk__in=ids).count() < len(ids):
        raise IdentityError("There is no such person.")
    if ids <= connected({kept.pk}):
        raise IdentityError("They are one already.")
    made = Merge.objects.create(
        kept=kept,
        fields={name: one.pk for name, one in fields.items()},
        reason=reason,
        author=actor,
        at=at,
    )
    MergeMember.objects.bulk_create(
        MergeMember(merge=made, person_id=pk) for pk in sorted(ids)
    )
    together = recompute(ids)
    for pair in _pairs_among(ids).exclude(answer=Answer.SAME):
        keep_step(pair=pair, said=Answer.SAME, reason=MERGED, actor=actor, at=at)
    _screen(together, at)
    record(
        action=Action.PEOPLE_MERGED,
        actor=actor,
        target=made,
        after={"people": _keys(ids), "fields": sorted(fields)},
        reason=reason,
    )
    return made


@transaction.atomic
def unmerge(*, merge: Merge, reason: str, actor: User, at: datetime) -> Merge:
    """Take a merge back: everybody stands as before, with what was written since.

    Raises MissingCapability, and `IdentityError` without a reason, for a merge of
    somebody whom `actor` may not see and for one that was taken back.
    """
    require(actor, Capability.RECORD_FACTS)
    reason = reason.strip()
    if not reason:
        raise IdentityError("Say why they are not the same person after all.")
    ids = set(merge.members.values_list("person_id", flat=True))
    _lock(connected(ids))
    locked = (
        Merge.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(pk=merge.pk, undone_at=None)
        .first()
    )
    if locked is None:
        raise IdentityError("There is no such merge, or it was taken back already.")
    before = connected(ids)
    locked.undone_at, locked.undone_by, locked.undone_reason = at, actor, reason
    locked.save()
    recompute(before)
    for pair in _pairs_among(ids).filter(answer=Answer.SAME):
        if pair.right_id not in connected({pair.left_id}):
            keep_step(pair=pair, said=Answer.OPEN, reason=UNMERGED, actor=actor, at=at)
    restore_screenings(people=before, at=at)
    _screen(before, at)
    record(
        action=Action.PEOPLE_UNMERGED,
        actor=actor,
        target=locked,
        before={"people": _keys(ids)},
        reason=reason,
    )
    return locked


def _lock(ids: set[int]) -> None:
    """Lock people in one order, so that two merges wait for each other."""
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list("pk")
    )


def _pairs_among(ids: set[int]) -> QuerySet[IdentityPair]:
    pairs = IdentityPair.objects.filter(left__in=ids, right__in=ids)
    return pairs.order_by("pk").select_for_update()


def _screen(ids: set[int], at: datetime) -> None:
    """Screen the notices of people who were one, or are now, each once."""
    done: set[int] = set()
    for pk in sorted(ids):
        if pk not in done:
            screen_person(person=pk, at=at)
            done |= group_of(pk)


def _keys(ids: set[int]) -> list[str]:
    people = Person.objects.filter(pk__in=ids).order_by("pk")
    return list(people.values_list("key", flat=True))

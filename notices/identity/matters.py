"""Affairs over which several people are wanted; colleagues say who belongs to one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db import transaction
from django.db.models import QuerySet

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.choices import Ground
from notices.identity.cluster import together
from notices.identity.deciding import IdentityError
from notices.models import Charge, Matter, MatterPerson, Notice, Person, Warrant
from notices.screening.services import screen_people

# Words or a day that more people share say nothing of an affair.
MOST_SHARED = 20
LONGEST_TITLE = 160
_DATES = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?[^\W\d]{3,10},? \d{4}\b"
)


@dataclass(frozen=True, slots=True)
class Likely:
    """Somebody who may be wanted over the same affair, and by what."""

    person: Person
    ground: Ground
    words: str


@transaction.atomic
def open_matter(
    *,
    title: str,
    people: Iterable[tuple[Person, str]],
    reason: str,
    actor: User,
    at: datetime,
) -> Matter:
    """Open an affair with people and the ground of each.

    Whoever sees one of its people reads the title, so it names nobody. Raises
    MissingCapability, and `IdentityError` without a title, a reason or people whom
    `actor` may see.
    """
    require(actor, Capability.RECORD_FACTS)
    title, reason = " ".join(title.split()), reason.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise IdentityError("Give the affair a short title that names nobody.")
    wanted = list(people)
    if not wanted:
        raise IdentityError("Choose at least one person.")
    matter = Matter.objects.create(title=title, opened_by=actor, opened_at=at)
    for person, ground in wanted:
        _add(matter, person, ground=ground, reason=reason, actor=actor, at=at)
    screen_people(people=[person.pk for person, _ in wanted], at=at)
    record(action=Action.MATTER_OPENED, actor=actor, target=matter, reason=reason)
    return matter


@transaction.atomic
def join(
    *,
    matter: Matter,
    person: Person,
    ground: str,
    reason: str,
    actor: User,
    at: datetime,
) -> MatterPerson:
    """Add somebody to an affair. Raises as `open_matter`, and for who is in it."""
    require(actor, Capability.RECORD_FACTS)
    locked = _locked(matter, actor)
    if locked.people.filter(person=person, removed_at=None).exists():
        raise IdentityError("This person is in the matter already.")
    added = _add(locked, person, ground=ground, reason=reason, actor=actor, at=at)
    screen_people(people=locked.people.values_list("person_id", flat=True), at=at)
    record(action=Action.MATTER_JOINED, actor=actor, target=locked, reason=reason)
    return added


@transaction.atomic
def leave(
    *, matter: Matter, person: Person, reason: str, actor: User, at: datetime
) -> None:
    """Take somebody out of an affair; the row stays. Raises as `join`."""
    require(actor, Capability.RECORD_FACTS)
    reason = reason.strip()
    if not reason:
        raise IdentityError("Say why the person does not belong to it.")
    locked = _locked(matter, actor)
    row = (
        MatterPerson.objects.visible_to(actor)
        .filter(matter=locked, person=person)
        .first()
    )
    if row is None:
        raise IdentityError("This person is not in the matter.")
    row.removed_at, row.removed_by, row.removed_reason = at, actor, reason
    row.save()
    screen_people(people=locked.people.values_list("person_id", flat=True), at=at)
    record(action=Action.MATTER_LEFT, actor=actor, target=locked, reason=reason)


def likely_others(person: Person, user: User) -> list[Likely]:
    """Return people who may be wanted over the same affair, as far as `user` sees.

    By the same charge in the same words of the same country, or by the same day in
    charges of the same country. What more than a few share is left out.
    """
    found: dict[int, Likely] = {}
    own = together(person, user).ids
    visible = Warrant.objects.visible_to(user)
    mine = list(visible.filter(notice__person__in=own).exclude(issuer=None))
    for one in mine:
        same = visible.filter(fingerprint=one.fingerprint)
        _few(same.exclude(notice__person__in=own), Ground.CHARGE, "", found)
    for day, issuer in _days(mine):
        words = SearchQuery(day, config="simple", search_type="phrase")
        notices = Notice.objects.visible_to(user).filter(
            search=words, issuers__contains=[issuer]
        )
        same = Warrant.objects.filter(notice__in=notices.exclude(person__in=own))
        _few(same, Ground.DATE, day, found)
    return list(found.values())


def _few(
    warrants: QuerySet[Warrant], ground: Ground, words: str, found: dict[int, Likely]
) -> None:
    rows = list(warrants.select_related("notice__person")[: MOST_SHARED + 1])
    if len(rows) > MOST_SHARED:
        return
    for row in rows:
        one = row.notice.person
        found.setdefault(one.pk, Likely(one, ground, words))


def _days(warrants: Sequence[Warrant]) -> list[tuple[str, str]]:
    """Return the days that the charges of `warrants` name, with who asks; a few."""
    issuers = {one.pk: str(one.issuer_id) for one in warrants}
    days: dict[tuple[str, str], None] = {}
    for warrant, text in Charge.objects.filter(warrant__in=issuers).values_list(
        "warrant", "text"
    ):
        for day in _DATES.findall(text):
            days.setdefault((day, issuers[warrant]))
    return list(days)[:3]


def _add(
    matter: Matter,
    person: Person,
    *,
    ground: str,
    reason: str,
    actor: User,
    at: datetime,
) -> MatterPerson:
    reason = reason.strip()
    if not reason:
        raise IdentityError("Say why they belong to the affair.")
    if ground not in Ground.values:
        raise IdentityError("Choose the ground from the list.")
    if not Person.objects.visible_to(actor).filter(pk=person.pk).exists():
        raise IdentityError("There is no such person.")
    return MatterPerson.objects.create(
        matter=matter,
        person=person,
        ground=ground,
        reason=reason,
        added_by=actor,
        added_at=at,
    )


def _locked(matter: Matter, actor: User) -> Matter:
    found = (
        Matter.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(pk=matter.pk)
        .first()
    )
    if found is None:
        raise IdentityError("There is no such matter.")
    return found

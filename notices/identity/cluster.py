"""Who stands together: people whom merges take as one, as far as a reader sees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.shared import ties
from notices.models import Merge, Person

FIELDS = ("display_name", "birth_date", "sex")


@dataclass(frozen=True, slots=True)
class Together:
    """People taken as one whom a reader may see, the one whose page leads first."""

    people: tuple[Person, ...]
    merges: tuple[Merge, ...] = ()

    @property
    def lead(self) -> Person:
        return self.people[0]

    @property
    def ids(self) -> list[int]:
        return [one.pk for one in self.people]

    def shown(self, field: str) -> object:
        """Return the value that the latest merge chose, else the leading person's.

        A value of somebody whom the reader may not see is never it.
        """
        by_id = {one.pk: one for one in self.people}
        for merge in self.merges:
            chosen = by_id.get(merge.fields.get(field))
            if chosen is not None:
                return getattr(chosen, field)
        return getattr(self.lead, field)


def together(person: Person, user: User) -> Together:
    """Return whom `user` sees as one with `person`, whom they may see.

    Only readers of findings see merges: they are colleagues' judgement. Only merges of
    which the reader sees everybody tie: whom somebody hidden ties to others stands
    alone, as if nothing were merged.
    """
    if not user.can(Capability.SEE_FINDINGS):
        return Together((person,))
    tie = ties([person.pk], _seen_by(user)).get(person.pk)
    if tie is None:
        return Together((person,))
    people = sorted(
        Person.objects.filter(pk__in=tie.people),
        key=lambda one: (one.pk != tie.lead, one.pk),
    )
    return Together(tuple(people), tie.merges)


def leads(people: Sequence[Person], user: User) -> dict[int, Person]:
    """Return under whose page each of `people` stands for `user`, by id."""
    found = {one.pk: one for one in people}
    if not found or not user.can(Capability.SEE_FINDINGS):
        return found
    tied = ties(found, _seen_by(user))
    missing = {tie.lead for tie in tied.values()} - set(found)
    known = found | (Person.objects.in_bulk(missing) if missing else {})
    return {
        pk: known[tied[pk].lead] if pk in tied else one for pk, one in found.items()
    }


def _seen_by(user: User) -> QuerySet[Merge]:
    return Merge.objects.visible_to(user).filter(undone_at=None)


def recompute(people: Iterable[int]) -> set[int]:
    """Bring `same_as` of everybody connected with `people` in line with the merges.

    The caller has locked them. Returns the ids of all of them.
    """
    seen = set(people)
    groups = _components(seen)
    for group, lead in groups.items():
        Person.objects.filter(pk=lead).update(same_as=None)
        Person.objects.filter(pk__in=group).exclude(pk=lead).update(same_as=lead)
    return {pk for group in groups for pk in group}


def connected(people: Iterable[int]) -> set[int]:
    """Return the ids of `people` and of all whom standing merges tie to them."""
    return {pk for group in _components(set(people)) for pk in group}


def _components(people: set[int]) -> Mapping[frozenset[int], int]:
    """Return the groups that standing merges make of `people`, with who leads each."""
    tied = ties(people, Merge.objects.filter(undone_at=None))
    alone = {frozenset({pk}): pk for pk in people - set(tied)}
    return alone | {tie.people: tie.lead for tie in tied.values()}

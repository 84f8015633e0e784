"""Whose facts speak for whom: people whom merges take as one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from notices.choices import Confidentiality
from notices.models import Merge, MergeMember, Notice, Person


@dataclass(frozen=True, slots=True)
class Tie:
    """People whom merges take as one: who leads, everybody, the merges, last first."""

    lead: int
    people: frozenset[int]
    merges: tuple[Merge, ...]


def ties(people: Iterable[int], merges: QuerySet[Merge]) -> dict[int, Tie]:
    """Return what ties each of `people` to others by `merges` alone, by id.

    Who is tied to nobody is left out. One query where nobody is.
    """
    left = set(people)
    found: dict[int, Merge] = {}
    asked = set(left)
    while asked:
        fresh = list(
            merges.filter(members__person__in=asked)
            .exclude(pk__in=found)
            .distinct()
            .prefetch_related("members")
        )
        found |= {one.pk: one for one in fresh}
        asked = {member.person_id for one in fresh for member in one.members.all()}
    groups: list[tuple[set[int], list[Merge]]] = []
    for pk in sorted(found, reverse=True):
        ids = {member.person_id for member in found[pk].members.all()}
        joined = [group for group in groups if group[0] & ids]
        groups = [group for group in groups if not group[0] & ids]
        groups.append(
            (
                ids.union(*(group[0] for group in joined)),
                sorted(
                    (found[pk], *(one for group in joined for one in group[1])),
                    key=lambda one: -one.pk,
                ),
            )
        )
    return {
        person: Tie(tied[0].kept_id, frozenset(ids), tuple(tied))
        for ids, tied in groups
        for person in ids
    }


def group_of(person: int) -> set[int]:
    """Return the ids of everybody whom standing merges take as one with `person`."""
    root = (
        Person.objects.filter(pk=person).values_list("same_as", flat=True).first()
        or person
    )
    group = Person.objects.filter(Q(pk=root) | Q(same_as=root))
    return {person, *group.values_list("pk", flat=True)}


def beside(people: Iterable[int]) -> dict[int, set[int]]:
    """Return, by person, the others taken as one whose facts everybody may read.

    Only by merges of people who each have a notice that every reader of findings sees:
    a screening is read by all of them, and must tell of nobody whom only a few see.
    """
    wanted = set(people)
    open_notice = Notice.objects.filter(
        person=OuterRef("person"),
        confidentiality__in=(Confidentiality.PUBLIC, Confidentiality.ORGANISATION),
    )
    closed = MergeMember.objects.filter(merge=OuterRef("pk")).exclude(
        Exists(open_notice)
    )
    tied = ties(wanted, Merge.objects.filter(~Exists(closed), undone_at=None))
    return {pk: set(tied[pk].people) - {pk} for pk in wanted & set(tied)}

"""Whose facts speak for whom: people whom merges take as one."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from notices.choices import Confidentiality
from notices.models import Notice, Person


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

    These have a notice that every reader of findings sees: a screening is read by all
    of them and must not tell of somebody whom only a few see. Two queries at most.
    """
    wanted = set(people)
    tied = Person.objects.filter(
        Q(same_as__in=wanted) | Q(pk__in=wanted, same_as__isnull=False)
    )
    roots = {root for root in tied.values_list("same_as", flat=True) if root}
    if not roots:
        return {}
    open_notice = Notice.objects.filter(
        person=OuterRef("pk"),
        confidentiality__in=(Confidentiality.PUBLIC, Confidentiality.ORGANISATION),
    )
    groups: dict[int, set[int]] = defaultdict(set)
    own: dict[int, int] = {}
    for pk, root, is_open in (
        Person.objects.filter(Q(pk__in=roots) | Q(same_as__in=roots))
        .annotate(is_open=Exists(open_notice))
        .values_list("pk", "same_as", "is_open")
    ):
        own[pk] = root or pk
        if is_open:
            groups[root or pk].add(pk)
    return {
        pk: others for pk in wanted & set(own) if (others := groups[own[pk]] - {pk})
    }

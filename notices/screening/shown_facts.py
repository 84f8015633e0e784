"""Facts on their way to a reader; showing protected ones leaves an entry first."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from notices.choices import PROTECTED_FACTS
from notices.models import Person, PersonFact


def shown_facts(
    *, person: Person, reader: User, others: Iterable[int] = ()
) -> list[PersonFact]:
    """Return the standing facts about `person` that `reader` sees.

    `others` are ids of people whom merges take as one with them: each fact stays with
    the person it was recorded for, and with those who may see it there.

    Where a protected one is among them the reading is recorded first; without the
    entry nothing is returned (`design/security.md`, section 5).
    """
    facts = list(
        PersonFact.objects.visible_to(reader)
        .filter(person__in={person.pk, *others}, withdrawn_at=None)
        .select_related("country", "against", "recorded_by", "person")
    )
    protected: dict[int, list[PersonFact]] = defaultdict(list)
    for fact in facts:
        if fact.kind in PROTECTED_FACTS:
            protected[fact.person_id].append(fact)
    for of_person in protected.values():
        # About a fact and not the person: the entry is for those who see the fact.
        record(
            action=Action.FACTS_READ,
            actor=reader,
            target=of_person[0],
            after={"kinds": sorted({fact.kind for fact in of_person})},
        )
    return facts

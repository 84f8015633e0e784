"""Recording what is known about a person; each change screens their notices again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import PROTECTED_FACTS, UNSCREENED_FACTS, Level
from notices.models import Country, Person, PersonFact
from notices.partial_dates import parse_partial_date
from notices.screening.ruleset import FactKindTable, FactRule, load
from notices.screening.services import screen_person
from notices.screening.unscreened import UNSCREENED
from notices.wrong_field import WrongField


class FactError(WrongField):
    """A fact cannot be recorded as given; `field` names what is wrong."""


@dataclass(frozen=True, slots=True)
class FactChoice:
    """One thing that can be recorded: its kind, value, label and grounds."""

    kind: str
    value: str
    label: str
    grounds: tuple[str, ...]
    ground_required: bool
    takes_years: bool

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.value}"


def fact_choices() -> list[tuple[str, list[FactChoice]]]:
    """Return what can be recorded, by the label of its kind, in the table's order."""
    return [
        (
            table.label,
            [
                FactChoice(
                    kind,
                    value,
                    rule.label,
                    tuple(table.grounds.get(value, ())),
                    value in table.ground_required,
                    table.takes_years,
                )
                for value, rule in table.values.items()
            ],
        )
        for kind, table in _tables().items()
    ]


def fact_label(fact: PersonFact) -> str:
    """Return the words for the coded answer of `fact`."""
    table = UNSCREENED.get(fact.kind)
    if table is not None and fact.value in table.values:
        return table.values[fact.value].label
    return load().fact_words(fact.kind, fact.value)


@transaction.atomic
def record_fact(
    *,
    person: Person,
    actor: User,
    at: datetime,
    kind: str,
    value: str,
    level: str,
    source: str,
    country: Country | None = None,
    against: Country | None = None,
    ground: str = "",
    years: Decimal | None = None,
    detail: str = "",
    happened_on: str | None = None,
) -> PersonFact:
    """Keep a fact about `person` with its source and screen their notices again.

    `happened_on` is a date to the year, month or day. Raises MissingCapability for who
    may not record facts and FactError for what the fact table does not allow.
    """
    require(actor, Capability.RECORD_FACTS)
    _check(kind, value, level, ground, years, source)
    # While the person is locked no other fact of theirs is recorded or withdrawn.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    values: dict[str, Any] = {
        "kind": kind,
        "value": value,
        "country": country,
        "against": against,
        "ground": ground,
        "years": years,
        "detail": detail.strip(),
        "happened_on": _date(happened_on),
        "level": level,
        "source": source.strip(),
    }
    fact = PersonFact.objects.create(
        person=person, recorded_by=actor, recorded_at=at, **values
    )
    screen_person(person=person.pk, at=at)
    record(action=Action.FACT_RECORDED, actor=actor, target=fact, after=_told(fact))
    return fact


@transaction.atomic
def withdraw_fact(
    *, person: Person, fact_id: int, actor: User, at: datetime, reason: str
) -> PersonFact | None:
    """Withdraw a fact about `person`, for `reason`, and screen their notices again.

    The row stays. Returns None when the actor cannot see it or it was withdrawn before.
    Raises MissingCapability, and FactError without a reason.
    """
    require(actor, Capability.RECORD_FACTS)
    if not reason.strip():
        raise FactError("reason", "Say why the fact is withdrawn.")
    fact = (
        PersonFact.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(pk=fact_id, person=person, withdrawn_at=None)
        .first()
    )
    if fact is None:
        return None
    fact.withdrawn_at = at
    fact.save(update_fields=["withdrawn_at"])
    screen_person(person=fact.person_id, at=at)
    record(
        action=Action.FACT_WITHDRAWN,
        actor=actor,
        target=fact,
        before=_told(fact),
        reason=reason.strip(),
    )
    return fact


@transaction.atomic
def screen_protected(*, person: int, at: datetime) -> None:
    """Screen a person's notices again after a change of their case files or its people.

    Which protected facts a screening has depends on it. Nothing without such facts.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person)
    facts = PersonFact.objects.filter(person=person, kind__in=PROTECTED_FACTS)
    if facts.filter(withdrawn_at=None).exclude(kind__in=UNSCREENED_FACTS).exists():
        screen_person(person=person, at=at)


def _tables() -> Mapping[str, FactKindTable]:
    """What can be recorded: what rules read, and what is for people alone."""
    return {**load().facts, **UNSCREENED}


def _check(
    kind: str, value: str, level: str, ground: str, years: Decimal | None, source: str
) -> None:
    table = _tables().get(kind)
    if table is None or value not in table.values:
        raise FactError("what", "Choose what you record from the list.")
    if level not in Level.values:
        raise FactError("level", "Choose how well the fact is established.")
    if not source.strip():
        raise FactError("source", "Say where this comes from.")
    _check_ground(table, value, ground)
    if table.takes_years and (years is None or years < 0):
        raise FactError("years", "Give the number of years, such as 1.5.")


def _check_ground(table: FactKindTable, value: str, ground: str) -> None:
    grounds: Mapping[str, FactRule] = table.grounds.get(value, {})
    if ground and ground not in grounds:
        raise FactError("ground", "This ground does not go with what you record.")
    if not ground and value in table.ground_required:
        raise FactError(
            "ground", "State the ground; choose “not known” where it is not."
        )


def _date(text: str | None) -> str | None:
    try:
        return str(parse_partial_date(text)) if text else None
    except ValueError as problem:
        raise FactError("happened_on", str(problem)) from problem


def _told(fact: PersonFact) -> dict[str, Any]:
    return {
        "kind": fact.kind,
        "value": fact.value,
        "country": fact.country_id,
        "against": fact.against_id,
        "ground": fact.ground,
        "years": fact.years,
        "detail": fact.detail,
        "happened_on": fact.happened_on,
        "level": fact.level,
        "source": fact.source,
    }

"""Reads what a reader may see of people into the sides of a comparison."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from notices.identity.evidence import Side
from notices.models import Charge, Notice, PersonName

LONGEST_CHARGE = 300
_SEXES = {"M": "male", "F": "female"}


def sides_of(people: Iterable[int], user: User) -> Mapping[int, Side]:
    """Return the side of each person, by id, for `user`; three queries for any number.

    Only names and notices that the user may see speak: what a hidden notice says of a
    birth date neither agrees nor conflicts.
    """
    wanted = set(people)
    names: dict[int, list[str]] = defaultdict(list)
    for name in PersonName.objects.visible_to(user).filter(person__in=wanted):
        names[name.person_id].append(str(name))
    notices: list[Any] = list(
        Notice.objects.visible_to(user)
        .filter(person__in=wanted)
        .order_by("pk")
        .values(
            "pk", "person_id", "reference", "birth_date", "sex", "nationalities",
            "birth_place", "issuers", "offence_classes",
        )
    )  # fmt: skip
    charges: dict[int, list[str]] = defaultdict(list)
    for notice, text in (
        Charge.objects.filter(warrant__notice__in=[row["pk"] for row in notices])
        .order_by("pk")
        .values_list("warrant__notice", "text")
    ):
        charges[notice].append(text[:LONGEST_CHARGE])
    values: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in notices:
        of = values[row["person_id"]]
        for field in ("reference", "birth_date", "sex", "birth_place"):
            if row[field]:
                of[field].append(row[field])
        for field in ("nationalities", "issuers", "offence_classes"):
            of[field] += row[field] or []
        of["charges"] += charges[row["pk"]]
    return {pk: _side(names[pk], values[pk]) for pk in wanted}


def _side(names: list[str], of: Mapping[str, list[str]]) -> Side:
    def once(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(of[field]))

    return Side(
        numbers=once("reference"),
        names=tuple(dict.fromkeys(names)),
        birth_dates=once("birth_date"),
        # U says that nobody knows.
        sexes=tuple(_SEXES[one] for one in once("sex") if one in _SEXES),
        nationalities=once("nationalities"),
        birth_places=once("birth_place"),
        issuers=once("issuers"),
        charges=once("charges"),
        classes=once("offence_classes"),
    )

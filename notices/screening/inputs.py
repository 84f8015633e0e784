"""Reads stored notices into the plain facts that a screening takes, many at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists

from notices.choices import (
    PROTECTED_FACTS,
    UNSCREENED_FACTS,
    VERDICTS_THAT_FIND,
    Detail,
    Verdict,
)
from notices.context.loading import Sharing, WarrantText, beside, shared_texts
from notices.context.tables import ContextTables
from notices.identity import shared
from notices.models import Charge, Judgement, Notice, PersonFact, Warrant
from notices.querysets import FactQuerySet
from notices.screening.ruleset import Ruleset
from notices.screening.types import (
    ChargeIn,
    FactIn,
    IdentityIn,
    JudgedIn,
    NoticeFacts,
    TextIn,
    WarrantIn,
)

_NOTICE = (
    "pk", "kind", "detail", "person_id", "family_name", "forename", "sex", "birth_date",
    "height_m", "weight_kg", "eye_colours", "hair_colours", "distinguishing_marks",
    "origin", "feed_id", "first_seen",
)  # fmt: skip
_FACT = (
    "person_id", "kind", "value", "level", "country_id", "against_id", "ground",
    "years", "happened_on", "detail",
)  # fmt: skip
_JUDGED = (
    "notice_id", "verdict", "indicator", "quote", "field", "reason", "level",
    "strength",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of notices by id, and the texts that several of them share."""

    facts: Mapping[int, NoticeFacts]
    sharing: Mapping[str, Sharing]


def read_notices(notice_ids: Sequence[int], *, rules: Ruleset, on: date) -> Read:
    """Return what is known of each notice on the day `on`, for a screening by `rules`.

    Twelve or thirteen queries for any number of notices. Protected facts of case files
    that only named people see are not among it.
    """
    rows = list(Notice.objects.filter(pk__in=notice_ids).values(*_NOTICE))
    judged = _judged(notice_ids)
    warrants, texts = _warrants(notice_ids)
    facts = _person_facts({row["person_id"] for row in rows})
    others = beside(rows, texts, facts, rules=rules, on=on)
    return Read(
        {
            row["pk"]: NoticeFacts(
                kind=row["kind"],
                warrants=tuple(warrants.get(row["pk"], ())),
                facts=tuple(
                    _fact(one, rules) for one in facts.get(row["person_id"], ())
                ),
                texts=tuple(
                    TextIn(one["detail"], f"fact: {one['kind']}")
                    for one in facts.get(row["person_id"], ())
                    if one["detail"]
                ),
                identity=_identity(row),
                judged=tuple(judged.get(row["pk"], {}).values()),
                context=others.known.get(row["pk"]),
            )
            for row in rows
        },
        others.sharing,
    )


def sharing_of(
    notice_ids: Sequence[int], tables: ContextTables
) -> Mapping[str, Sharing]:
    """Return the public notices in each longer text of some notices."""
    _, texts = _warrants(notice_ids)
    return shared_texts(texts, tables)


def _warrants(
    notice_ids: Sequence[int],
) -> tuple[dict[int, list[WarrantIn]], dict[int, list[WarrantText]]]:
    charges: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    for warrant_id, text, translation in (
        Charge.objects.filter(warrant__notice__in=notice_ids)
        .order_by("warrant_id", "position", "pk")
        .values_list("warrant_id", "text", "translation")
    ):
        charges[warrant_id].append((text, translation))
    found: dict[int, list[WarrantIn]] = defaultdict(list)
    texts: dict[int, list[WarrantText]] = defaultdict(list)
    for pk, notice_id, issuer, fingerprint in (
        Warrant.objects.filter(notice__in=notice_ids)
        .order_by("notice_id", "position", "pk")
        .values_list("pk", "notice_id", "issuer_id", "fingerprint")
    ):
        place = len(found[notice_id]) + 1
        mine = tuple(
            ChargeIn(text, f"warrant {place}, charge {number}", translation)
            for number, (text, translation) in enumerate(charges[pk], start=1)
        )
        found[notice_id].append(WarrantIn(issuer, mine))
        longest = max(mine, key=lambda one: len(one.text), default=None)
        if longest is not None:
            texts[notice_id].append(
                WarrantText(fingerprint, issuer, longest.text, longest.field)
            )
    return found, texts


def _person_facts(person_ids: set[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the facts of each person, and the common ones of whom is one with them.

    Protected facts speak for nobody but the person they were recorded for.
    """
    facts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    others = shared.beside(person_ids)
    speaks_for: dict[int, list[int]] = defaultdict(list)
    for person, besides in others.items():
        for other in besides:
            speaks_for[other].append(person)
    asked = person_ids | set(speaks_for)
    for row in (
        PersonFact.objects.filter(person__in=asked, withdrawn_at=None)
        .exclude(kind__in=UNSCREENED_FACTS)
        .exclude(pk__in=_kept_in_files().filter(person__in=asked).values("pk"))
        .order_by("person_id", "kind", "pk")
        .values(*_FACT)
    ):
        if row["person_id"] in person_ids:
            facts[row["person_id"]].append(row)
        if row["kind"] not in PROTECTED_FACTS:
            for person in speaks_for.get(row["person_id"], ()):
                facts[person].append(row)
    return facts


def _kept_in_files() -> FactQuerySet:
    kept: FactQuerySet = PersonFact.objects.kept_in_files()
    return kept


def _judged(
    notice_ids: Sequence[int],
) -> dict[int, dict[tuple[str, str, str], JudgedIn]]:
    """Return what people made of suggestions; of two words on one the last holds."""
    found: dict[int, dict[tuple[str, str, str], JudgedIn]] = defaultdict(dict)
    for row in (
        Judgement.objects.filter(
            notice__in=notice_ids,
            withdrawn_at=None,
            verdict__in=(*VERDICTS_THAT_FIND, Verdict.REJECT),
        )
        # What was said of a fact goes where the fact goes.
        .filter(~Exists(_kept_in_files().quoted("notice__person")))
        .order_by("made_at", "pk")
        .values(*_JUDGED)
    ):
        key = row["indicator"], row["field"], row["quote"]
        found[row["notice_id"]][key] = JudgedIn(
            indicator=row["indicator"],
            quote=row["quote"],
            field=row["field"],
            reason=row["reason"],
            counts=row["verdict"] in VERDICTS_THAT_FIND,
            level=row["level"] or "",
            strength=row["strength"],
        )
    return found


def _fact(row: dict[str, Any], rules: Ruleset) -> FactIn:
    return FactIn(
        kind=row["kind"],
        value=row["value"],
        quote=row["detail"] or rules.fact_words(row["kind"], row["value"]),
        field=f"fact: {row['kind']}",
        level=row["level"],
        country=row["country_id"],
        against=row["against_id"],
        ground=row["ground"],
        years=None if row["years"] is None else float(row["years"]),
        happened_on=row["happened_on"],
    )


def _identity(row: dict[str, Any]) -> IdentityIn | None:
    # A list row or a table leaves fields out without saying that they are not known.
    if row["detail"] < Detail.NESTED:
        return None
    described = (
        "height_m", "weight_kg", "eye_colours", "hair_colours", "distinguishing_marks",
    )  # fmt: skip
    return IdentityIn(
        family_name=bool(row["family_name"]),
        forename=bool(row["forename"]),
        sex=row["sex"] in {"M", "F"},
        birth_year=bool(row["birth_date"]),
        description=any(row[name] for name in described),
    )

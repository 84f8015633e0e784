"""Notices that no list shows: from a client, a court file, a reply of the CCF.

Closed to all but named people unless somebody says otherwise. They have no public
number: to find one taken would tell of a notice that one may not see.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import (
    ChangeKind,
    Confidentiality,
    Detail,
    Listing,
    NameSource,
    Origin,
)
from notices.ingest.differences import fingerprint
from notices.ingest.fresh import issuers_of, search_text_of, summary_of
from notices.models import (
    Charge,
    Notice,
    NoticeChange,
    NoticeGrant,
    NoticeVersion,
    Person,
    PersonName,
    Warrant,
)
from notices.names import display_name, names_of, search_name
from notices.screening.services import screen_notices


class EntryRefused(Exception):
    """The notice cannot be entered as given; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class ChargeSaid:
    """One charge as the paper has it, of warrant number `warrant`."""

    warrant: int
    issuer: str | None
    text: str
    language: str | None = None
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody read off a paper; what it does not say is None."""

    kind: str
    origin: str
    source: str
    charges: Sequence[ChargeSaid]
    family_name: str | None = None
    forename: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    nationalities: list[str] = field(default_factory=list)
    confidentiality: str = Confidentiality.RESTRICTED


def enter_notice(
    *,
    entered: Entered,
    actor: User,
    at: datetime,
    person: Person | None = None,
    readers: Sequence[User] = (),
) -> Notice:
    """Keep the notice, screen it, and let `actor` and `readers` see it.

    `person` is whom it names, if `actor` sees them already; their names stay as they
    are, so that nothing of the paper shows beside them. Else a new person is made of
    what it says. Raises `EntryRefused`, `MissingCapability`.
    """
    require(actor, Capability.RECORD_FACTS)
    _check(entered, readers)
    values = _values(entered)
    with transaction.atomic():
        named = person or _new_person(values)
        notice = _keep(entered, values, named, at)
        if entered.confidentiality == Confidentiality.RESTRICTED:
            NoticeGrant.objects.bulk_create(
                NoticeGrant(notice=notice, user=user)
                for user in {one.pk: one for one in (actor, *readers)}.values()
            )
        screen_notices(notice_ids=[notice.pk], at=at)
        record(
            action=Action.NOTICE_ENTERED,
            actor=actor,
            target=notice,
            after={
                "origin": entered.origin,
                "confidentiality": entered.confidentiality,
                "readers": sorted(user.pk for user in readers),
            },
            reason=entered.source,
        )
    return notice


def _check(entered: Entered, readers: Sequence[User]) -> None:
    if entered.origin == Origin.PUBLIC_LIST:
        raise EntryRefused("What stands on INTERPOL's public list comes by a feed.")
    if entered.confidentiality == Confidentiality.PUBLIC:
        raise EntryRefused("A notice that no list shows is never public.")
    if not entered.source.strip():
        raise EntryRefused("Say where this comes from, so that a colleague finds it.")
    if not (entered.family_name or entered.forename):
        raise EntryRefused("Give a name, or at least a part of it.")
    if any(not user.can(Capability.SEE_FINDINGS) for user in readers):
        raise EntryRefused("Only analysts, reviewers and lawyers read such notices.")
    issuers: dict[int, str | None] = {}
    for charge in entered.charges:
        if issuers.setdefault(charge.warrant, charge.issuer) != charge.issuer:
            raise EntryRefused(
                f"Warrant {charge.warrant} has two countries. Each warrant is of one."
            )


def _values(entered: Entered) -> dict[str, Any]:
    """Return what the paper says in the shape of `NoticeVersion.values`."""
    warrants: dict[int, dict[str, Any]] = {}
    for one in sorted(entered.charges, key=lambda charge: charge.warrant):
        warrant = warrants.setdefault(one.warrant, {"issuer": one.issuer})
        warrant.setdefault("charges", []).append(
            {
                "text": one.text,
                "language": one.language,
                "translation": one.translation,
                "translator": None,
            }
        )
    return {
        "family_name": entered.family_name or None,
        "forename": entered.forename or None,
        "birth_date": entered.birth_date or None,
        "sex": entered.sex or None,
        "nationalities": entered.nationalities or None,
        "warrants": list({fingerprint(one): one for one in warrants.values()}.values()),
    }


def _new_person(values: dict[str, Any]) -> Person:
    person = Person.objects.create(
        display_name=display_name(values),
        search_name=search_name((), values),
        birth_date=values["birth_date"],
        sex=values["sex"],
    )
    PersonName.objects.bulk_create(
        PersonName(person=person, **{**asdict(name), "source": NameSource.PERSON})
        for name in names_of((), values)
    )
    return person


def _keep(
    entered: Entered, values: dict[str, Any], person: Person, at: datetime
) -> Notice:
    warrants = values["warrants"]
    notice = Notice.objects.create(
        kind=entered.kind,
        origin=entered.origin,
        confidentiality=entered.confidentiality,
        person=person,
        **{name: value for name, value in values.items() if name != "warrants"},
        source=entered.source.strip(),
        detail=Detail.FULL,
        listing=Listing.NEVER_LISTED,
        first_seen=at,
        last_seen=at,
        last_changed=at,
        issuers=issuers_of(warrants),
        charge_summary=summary_of(warrants),
    )
    Notice.objects.filter(pk=notice.pk).update(
        search=SearchVector(Value(search_text_of(warrants)), config="simple")
    )
    for position, one in enumerate(warrants):
        warrant = Warrant.objects.create(
            notice=notice,
            position=position,
            issuer_id=one["issuer"],
            fingerprint=fingerprint(one),
        )
        Charge.objects.bulk_create(
            Charge(warrant=warrant, position=place, **charge)
            for place, charge in enumerate(one["charges"])
        )
    version = NoticeVersion.objects.create(
        notice=notice, number=1, seen_at=at, values=values
    )
    NoticeChange.objects.create(
        notice=notice, version=version, kind=ChangeKind.NEW, at=at
    )
    return notice

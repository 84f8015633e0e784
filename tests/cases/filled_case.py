"""A case file with something in every corner, about an invented person."""

from dataclasses import dataclass
from typing import Any

from accounts.choices import Role
from accounts.models import User
from cases.choices import Outcome, ReviewAction, ReviewState
from cases.models import CaseFile, CaseNote, ReviewTransition
from notices.choices import Confidentiality, Level, NameKind
from notices.models import (
    Charge,
    Finding,
    Notice,
    NoticeGrant,
    PersonFact,
    PersonName,
    Screening,
)
from tests.cases.documents import ARABIC, CHINESE, CYRILLIC, PERSIAN, RUSSIAN
from tests.factories import NOON, make_case, make_flagged, make_notice, make_user

PRIVILEGED = "Privileged: the client told counsel where the family lives now"
CONTACT = "Spoke with the sister on the safe number about the hearing"
HIS_ASYLUM = "Recognised after the posts were published, file kept in Vienna"


@dataclass(frozen=True)
class Filled:
    case: CaseFile
    carla: User
    ana: User
    ben: User
    notice: Notice
    closed: Notice


def fill_case(**kw: Any) -> Filled:
    """Carla, a lawyer, leads; Ana, an analyst, is a member; Ben signed the flag."""
    carla = make_user("Carla Meyer", Role.LAWYER)
    ana = make_user("Ana Lindqvist")
    ben = make_user("Ben Okafor", Role.REVIEWER)
    notice = make_notice(charge=RUSSIAN)
    case = make_case(lead=carla, notice=notice, members=(ana,), **kw)
    closed = make_notice(
        person=notice.person, confidentiality=Confidentiality.ORGANISATION
    )
    case.links.create(notice=closed, linked_by=carla, linked_at=NOON)
    _person(case, carla)
    Charge.objects.create(
        warrant=notice.warrants.get(), text=ARABIC, language="ar", position=1
    )
    _screen(notice)
    _decide(notice, ana, ben)
    _write(case, carla, ana)
    return Filled(case, carla, ana, ben, notice, closed)


def grant(notice: Notice, *users: User) -> None:
    for user in users:
        NoticeGrant.objects.create(notice=notice, user=user)


def _person(case: CaseFile, carla: User) -> None:
    family, forename = CYRILLIC.split()
    for values in (
        {"family_name": family, "forename": forename, "script": "Cyrl"},
        {"family_name": CHINESE, "forename": None, "script": "Hans"},
    ):
        PersonName.objects.create(person=case.person, kind=NameKind.ORIGINAL, **values)
    PersonFact.objects.create(
        person=case.person,
        kind="protection",
        value="refugee",
        country_id="AT",
        against_id="RU",
        detail=HIS_ASYLUM,
        happened_on="2023-03",
        level=Level.AUTHORITY,
        source="Decision of 3 March 2023",
        recorded_by=carla,
        recorded_at=NOON,
    )


def _screen(notice: Notice) -> None:
    screening = Screening.objects.create(
        notice=notice,
        rules_version="2026.1",
        made_at=NOON,
        input_hash="0" * 64,
        breach_band="some",
        article_band="strong",
        evidence_band="some",
        rule_breach={"band": "some", "reasons": ["the charge names no act"]},
        unknown=["Penalty: not looked up"],
    )
    for code, counter in (("I05", False), ("C04", True)):
        Finding.objects.create(
            screening=screening,
            indicator=code,
            is_counter=counter,
            articles=["RPD Art. 34(3)(a)"],
            strength=3,
            level=Level.ALLEGED,
            quote=RUSSIAN,
            field="charge",
            reason=f"Reason of {code}",
        )


def _decide(notice: Notice, ana: User, ben: User) -> None:
    review = make_flagged(notice, by=ana, signed_by=ben)
    for version, action, actor, reason in (
        (1, ReviewAction.PROPOSE, ana, "Three posts and nothing else"),
        (2, ReviewAction.CONFIRM, ben, ""),
    ):
        ReviewTransition.objects.create(
            review=review,
            action=action,
            from_state=ReviewState.TAKEN,
            to_state=ReviewState.PROPOSED,
            version=version,
            actor=actor,
            at=NOON,
            outcome=Outcome.FLAGGED,
            reason=reason,
            innocent_explanation="A fraud of 2019" if reason else "",
        )


def _write(case: CaseFile, carla: User, ana: User) -> None:
    for kind, when, text, author, secret in (
        ("event", "2023-03", "Protection granted in Austria", ana, False),
        ("event", "2024-05-04", PERSIAN, ana, False),
        ("contact", "2024-06", CONTACT, carla, False),
        ("note", None, "Waits for the warrant copy", ana, False),
        ("note", None, PRIVILEGED, carla, True),
    ):
        CaseNote.objects.create(
            case=case,
            kind=kind,
            happened_on=when,
            text=text,
            author=author,
            written_at=NOON,
            is_counsel_only=secret,
        )

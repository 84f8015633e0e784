"""Plain makers with sensible defaults. Everybody here is invented."""

import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.choices import Role, Scope
from accounts.models import ApiToken, User
from cases.choices import CaseLevel, MemberRole, Outcome, ReviewState, WhyHere
from cases.models import CaseFile, CaseMember, CaseNotice, Review
from notices.choices import ChangeKind, Confidentiality, FeedKind, NoticeKind, Origin
from notices.keys import notice_key, random_key
from notices.models import (
    Charge,
    Country,
    Feed,
    Notice,
    NoticeChange,
    NoticeVersion,
    Person,
    PersonName,
    Warrant,
)

PASSWORD = "an invented pass phrase"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

_numbers = itertools.count(10001)


def make_user(name: str = "Ana Lindqvist", role: str = Role.ANALYST, **kw: Any) -> User:
    """Somebody who may export as far as the role goes; `may_export=False`: not yet."""
    email = kw.pop("email", f"{name.split()[0].lower()}-{next(_numbers)}@example.org")
    return User.objects.create_user(
        email=email,
        password=kw.pop("password", PASSWORD),
        name=name,
        role=role,
        **{"may_export": True, **kw},
    )


def make_token(
    owner: User, *, secret: str | None = None, scopes: tuple[str, ...] = (), **kw: Any
) -> ApiToken:
    """A token of `owner` for every scope, made today; its secret is not kept."""
    secret = secret or f"rnt_invented-{next(_numbers)}"
    now = timezone.now()
    return ApiToken.objects.create(
        owner=owner,
        scopes=list(scopes or Scope.values),
        hash=hashlib.sha256(secret.encode()).hexdigest(),
        **{
            "name": "A program",
            "start": secret[:8],
            "created_at": now,
            "expires_at": now + timedelta(days=30),
            **kw,
        },
    )


def make_country(code: str = "RU") -> Country:
    return Country.objects.get(code=code)


def make_feed(slug: str = "interpol", kind: str = FeedKind.INTERPOL) -> Feed:
    return Feed.objects.get_or_create(
        slug=slug, defaults={"name": slug.title(), "kind": kind}
    )[0]


def make_person(
    family_name: str = "VALTESKU", forename: str = "Miron", **kw: Any
) -> Person:
    script = kw.pop("script", "Latn")
    name = f"{family_name} {forename}".strip()
    person = Person.objects.create(
        display_name=name, search_name=name.lower(), **{"birth_date": "1979", **kw}
    )
    PersonName.objects.create(
        person=person, family_name=family_name, forename=forename, script=script
    )
    return person


def make_notice(
    *,
    family_name: str = "VALTESKU",
    forename: str = "Miron",
    charge: str = "Incitement to hatred in posts on a channel",
    issuer: str = "RU",
    review: bool = True,
    **kw: Any,
) -> Notice:
    """A public red notice with one warrant, its first version and its review."""
    person = kw.pop("person", None) or make_person(family_name, forename)
    number = next(_numbers)
    public = kw.get("confidentiality", Confidentiality.PUBLIC) == Confidentiality.PUBLIC
    reference = kw.pop("reference", f"2026/{number}" if public else None)
    values: dict[str, Any] = {
        "kind": NoticeKind.RED,
        "origin": Origin.PUBLIC_LIST if public else Origin.CLIENT,
        "reference": reference,
        "key": notice_key(reference) if reference else random_key(),
        "person": person,
        "family_name": family_name,
        "forename": forename,
        "birth_date": "1979",
        "sex": "M",
        "nationalities": [issuer],
        "issuers": [issuer],
        "charge_summary": charge[:300],
        "first_seen": NOON,
        "last_seen": NOON,
        "last_changed": NOON,
        **kw,
    }
    notice = Notice.objects.create(**values)
    warrant = Warrant.objects.create(
        notice=notice,
        issuer_id=issuer,
        fingerprint=hashlib.sha256(f"{issuer} {charge}".encode()).hexdigest(),
    )
    Charge.objects.create(warrant=warrant, text=charge, language="en")
    version = NoticeVersion.objects.create(
        notice=notice,
        number=1,
        seen_at=NOON,
        values={
            "family_name": family_name,
            "forename": forename,
            "warrants": [{"issuer": issuer, "charges": [{"text": charge}]}],
        },
    )
    NoticeChange.objects.create(
        notice=notice,
        version=version,
        kind=ChangeKind.NEW,
        at=NOON,
        consumed_at=NOON if review else None,
    )
    if review:
        make_review(notice)
    return notice


def make_review(notice: Notice, **kw: Any) -> Review:
    return Review.objects.create(
        notice=notice, **{"why": WhyHere.NEW, "why_at": NOON, **kw}
    )


def make_flagged(notice: Notice, *, by: User, signed_by: User) -> Review:
    """A review that two people brought to a flag."""
    review = Review.objects.get(notice=notice)
    Review.objects.filter(pk=review.pk).update(
        state=ReviewState.FLAGGED,
        outcome=Outcome.FLAGGED,
        proposed_by=by,
        decided_by=signed_by,
        decided_at=NOON,
        version=2,
    )
    review.refresh_from_db()
    return review


@transaction.atomic
def make_case(
    *,
    lead: User,
    notice: Notice | None = None,
    members: tuple[User, ...] = (),
    **kw: Any,
) -> CaseFile:
    """A case file with its lead and members, linked to one notice.

    The first member of a walled file is its keeper; without members there is one more.
    """
    notice = notice or make_notice()
    named = [(lead, MemberRole.LEAD), *((m, MemberRole.MEMBER) for m in members)]
    if kw.get("level") == CaseLevel.WALLED:
        keeper = members[0] if members else make_user("Kofi Warden", Role.LAWYER)
        named[1:2] = [(keeper, MemberRole.KEEPER)]
    case = CaseFile.objects.create(
        **{
            "code": f"KESTREL-{next(_numbers)}",
            "person": notice.person,
            "level": CaseLevel.ORGANISATION,
            "opened_by": lead,
            "opened_at": NOON,
            **kw,
        }
    )
    CaseNotice.objects.create(case=case, notice=notice, linked_by=lead, linked_at=NOON)
    for user, role in named:
        CaseMember.objects.create(
            case=case,
            user=user,
            role=role,
            reason="Works on the file",
            added_by=lead,
            added_at=NOON,
        )
    return case

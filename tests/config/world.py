"""A small world in which someone may see some things and others are walled off.

`make_world(reader)` gives `reader` one object of each kind, and makes the same kinds
again for Petra alone, full of words that nobody else may ever read.
"""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.choices import Role
from accounts.models import User
from accounts.signing_in.sessions import devices_of
from cases.choices import (
    AlertKind,
    CaseLevel,
    ExportProfile,
    ExportState,
    FollowKind,
)
from cases.models import (
    CaseAlert,
    CaseNote,
    Digest,
    DigestDelivery,
    DigestItem,
    DigestSetting,
    Export,
    Follow,
    SavedView,
)
from notices.choices import (
    Confidentiality,
    FactKind,
    Level,
    NameKind,
    NameSource,
    RunState,
    Verdict,
)
from notices.keys import key_of
from notices.models import (
    FeedRun,
    Judgement,
    Notice,
    NoticeChange,
    PersonFact,
    PersonName,
)
from notices.translating import charge_key
from tests.config.desk_things import desk_things
from tests.config.guarded import bar, copy_to_sign, glass, will_go
from tests.config.identity_things import identity_things
from tests.factories import (
    NOON,
    make_case,
    make_feed,
    make_flagged,
    make_notice,
    make_token,
    make_user,
)
from tests.proofs import give_app

# One invented word a place, so that a leak says where it came from.
CANARIES = (
    "ZAKRYTOV",
    "Закрытов",
    "HIDDENBIRD",
    "WALLEDBIRD",
    "quietsummary",
    "quietnote",
    "quietpurpose",
    "quietdouble",
    "quietfollow",
    "quietcharge",
    "quietfact",
    "quietreason",
    "quietword",
)


@dataclass(frozen=True)
class Things:
    """One person's objects; `kwargs` are what addresses take, by kind of object."""

    owner: User
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class World:
    reader: User
    petra: User
    mine: Things
    hidden: Things

    @property
    def missing(self) -> dict[str, dict[str, Any]]:
        """Addresses of the same kinds that lead to nothing."""
        nothing = {
            "key": "bcdfghjkmnpq",
            "pk": 987654,
            "fact": "bcdfghjkmnpq",
            "code": "NOBIRD-1",
            "notice": "bcdfghjkmnpq",
        }
        return {
            kind: {name: nothing.get(name, value) for name, value in names.items()}
            for kind, names in self.hidden.kwargs.items()
        }

    @property
    def form(self) -> dict[str, Any]:
        """Fields of every form, so that a POST gets past its form; ids are Petra's."""
        return {
            "action": "x",
            "answer": "arrived",
            "country": "RU",
            "digests": "off",
            "hour": "7",
            "kind": "note",
            "level": "restricted",
            "name": "A Name",
            "note": "x",
            "number": self.hidden.kwargs["notice"]["key"],
            "person": self.hidden.kwargs["person"]["key"],
            "profile": "internal",
            "export_format": "pdf",
            "purpose": "For the hearing",
            "recipient": "Counsel",
            "reason": "A reason",
            "reason-reason": "A reason",
            "rhythm": "daily",
            "role": "member",
            "role-role": "lawyer",
            "seen_version": "2",
            "summary": "x",
            "text": "x",
            "title": "x",
            "user": self.petra.pk,
        }


def make_world(reader: User) -> World:
    petra = make_user("Petra Keeper", Role.LAWYER)
    signer = make_user("Ben Signer", Role.REVIEWER)
    analyst = make_user("Ana Proposer", Role.ANALYST)
    level = (
        CaseLevel.ORGANISATION
        if reader.can(Capability.OPEN_CASE)
        else CaseLevel.RESTRICTED
    )
    public = make_notice()
    make_flagged(public, by=analyst, signed_by=signer)
    mine = make_things(
        reader, public, code="KESTREL-7", level=level, words=("a summary", "a note")
    )

    hidden = make_notice(
        family_name="ZAKRYTOV",
        forename="Petr",
        charge="quietcharge of a court",
        confidentiality=Confidentiality.RESTRICTED,
    )
    hidden.grants.create(user=petra)
    make_flagged(hidden, by=analyst, signed_by=signer)
    walled = make_things(
        petra,
        hidden,
        code="HIDDENBIRD-9",
        level=CaseLevel.WALLED,
        words=("quietsummary", "quietnote"),
    )
    # A walled file about somebody whom everybody may see.
    other = make_case(
        lead=petra, notice=public, code="WALLEDBIRD-3", level=CaseLevel.WALLED
    )
    record(action=Action.CASE_OPENED, actor=petra, target=other, reason="quietreason")
    return World(reader, petra, mine, walled)


def _run(owner: User) -> int:
    run = FeedRun.objects.create(
        feed=make_feed(),
        state=RunState.COMPLETE,
        started_by=owner,
        created_at=NOON,
        started_at=NOON,
        ended_at=NOON,
    )
    return run.pk


def _device(owner: User) -> str:
    """Sign somebody in with a browser, and return by what the page names it."""
    Client().force_login(owner)
    return devices_of(owner, here=None)[0].key


def _record(notice: Notice, owner: User) -> str:
    """What was received of the notice, and a translation of it."""
    notice.translations.create(
        original="a charge",
        language="ru",
        into="en",
        text="its words",
        translator="Nadja Ortiz",
        added_by=owner,
        added_at=NOON,
    )
    run = make_feed().runs.create(created_at=NOON)
    values = {"source": "list.json", "text": "{}", "sha256": "0" * 64}
    return key_of(
        notice.records.create(feed=run.feed, run=run, received_at=NOON, **values)
    )


def _word(notice: Notice, author: User) -> int:
    """A colleague's word on a finding of the notice."""
    word = Judgement.objects.create(
        notice=notice,
        verdict=Verdict.DISAGREE,
        indicator="I05",
        field="warrant 1, charge 1",
        quote="words",
        reason="It was more than words.",
        rules_version="2026.1",
        author=author,
        made_at=NOON,
    )
    return word.pk


def make_things(owner, notice, *, code, level, words) -> Things:
    summary, text = words
    person = notice.person
    secret = level == CaseLevel.WALLED
    if secret:
        PersonName.objects.create(
            person=person,
            family_name="Закрытов",
            script="Cyrl",
            kind=NameKind.ORIGINAL,
            source=NameSource.PERSON,
        )
    fact = PersonFact.objects.create(
        person=person,
        kind=FactKind.PROFESSION,
        value="journalist",
        detail="quietfact" if secret else "Writes for a paper",
        level=Level.DOCUMENTED,
        source="The paper",
        recorded_by=owner,
        recorded_at=NOON,
    )
    case = make_case(lead=owner, notice=notice, code=code, level=level, summary=summary)
    note = CaseNote.objects.create(
        case=case, kind="note", text=text, author=owner, written_at=NOON
    )
    member = case.members.get(user=owner)
    is_public = not owner.can(Capability.EXPORT_INTERNAL)
    export = Export.objects.create(
        case=case,
        requested_by=owner,
        requested_at=NOON,
        profile=ExportProfile.PUBLIC if is_public else ExportProfile.INTERNAL,
        state=ExportState.UNSIGNED if is_public else ExportState.QUEUED,
        purpose="quietpurpose" if secret else "For the hearing",
        recipient="Counsel",
    )
    to_sign = copy_to_sign(case, "quietpurpose" if secret else "For the press")
    alert = CaseAlert.objects.create(
        case=case, user=owner, kind=AlertKind.OTHER_FILE, by=owner, at=NOON
    )
    follow = Follow.objects.create(
        reader=owner,
        kind=FollowKind.PERSON,
        person=person,
        note="quietfollow" if secret else "Ask first",
        created_at=NOON,
    )
    view = SavedView.objects.create(
        owner=owner,
        name="Mine",
        query="country=RU",
        created_at=NOON,
    )
    digest = Digest.objects.create(
        reader=owner,
        period="2026-W48",
        created_at=NOON,
        composed_at=NOON,
        subject="Tracker: 1 change",
        text="quietnote" if secret else "One change",
        html="<p>quietnote</p>" if secret else "<p>One change</p>",
    )
    DigestSetting.objects.create(reader=owner, created_at=NOON, since=NOON)
    DigestDelivery.objects.create(digest=digest)
    DigestItem.objects.create(
        digest=digest,
        reader=owner,
        change=NoticeChange.objects.filter(notice=notice).first(),
        follow=follow,
    )
    record(action=Action.CASE_OPENED, actor=owner, target=case, reason=summary)
    record(action=Action.EXPORT_REQUESTED, actor=owner, target=export)
    wish = will_go(case, owner)
    desk = desk_things(notice, owner, "quietword" if secret else "A word")
    return Things(
        owner,
        {
            "erasure-confirm": wish,
            "erasure-stop": wish,
            "notice": {
                "key": notice.key,
                "notice": notice.key,
                "tab": "warrants",
                "charge": charge_key(notice.warrants.get().charges.get().text),
                "record": _record(notice, owner),
                "action": "reopen",
                **desk.pop("notice"),
                "step": "take",
            },
            **desk,
            "finding-word-withdraw": {"key": notice.key, "pk": _word(notice, owner)},
            "person": {"key": person.key, "fact": key_of(fact)},
            **identity_things(notice, owner, "quietdouble" if secret else "Affair"),
            **({} if secret else {"to": "country=RU"}),
            "case": {"code": case.code, "key": ""},
            "case-entry": {"code": case.code, "key": key_of(note)},
            "case-end-access": {"code": case.code, "key": key_of(member)},
            "keeper": {"code": case.code},
            "case-end-bar": bar(case, owner),
            # Administrators read of every request, so nobody asked for Petra's file.
            "case-glass-end": {
                "code": case.code,
                "key": "bcdfghjkmnpq" if secret else glass(case),
            },
            "alert": {"key": alert.key},
            "export": {"key": export.key},
            "export-signature": {"key": to_sign.key},
            "follow": {"key": follow.key},
            "view": {"key": view.key},
            "digest": {"key": digest.key},
            # In this order: a new factor ends the tokens of before.
            "factor": {"pk": give_app(owner).factor.pk},
            "api-token": {"pk": make_token(owner).pk},
            "device": {"key": _device(owner)},
            # Runs are open to all who may see any; Petra's is one that is not there.
            "run": {"pk": 987653 if secret else _run(owner)},
        },
    )

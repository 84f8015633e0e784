"""Asylum, place, family, contact and safety: for analysts and lawyers named on a file.

Carla (lawyer) and Ana (analyst) are named on the file, Ben (reviewer) too; Olga is an
analyst who is not. Dina reads public notices, Emil administers.
"""

import json

import pytest
from django.urls import reverse

from accounts.audit.anchors import current
from cases.choices import ExportFormat, ExportProfile, ExportState, NoteKind
from cases.digests.gather import notes_open_to
from cases.exports.compose import compose
from cases.models import CaseNote, Export
from notices.choices import FactKind
from notices.keys import key_of
from notices.models import Finding, PersonFact, Screening
from notices.screening.facts import record_fact
from tests.factories import NOON, make_case, make_country, make_notice

pytestmark = pytest.mark.django_db
WORDS = {
    FactKind.PROTECTION: "canary-asylum",
    FactKind.LOCATION: "canary-place",
    FactKind.FAMILY: "canary-family",
    FactKind.CONTACT: "canary-contact",
    FactKind.SAFETY: "canary-safety",
}
VALUES = {
    FactKind.PROTECTION: "refugee",
    FactKind.LOCATION: "whereabouts",
    FactKind.FAMILY: "relatives",
    FactKind.CONTACT: "safe_way",
    FactKind.SAFETY: "plan",
}
OPEN_WORD = "canary-profession"


@pytest.fixture
def case(carla, ana, ben):
    """A file of the organisation; its person has one fact of each kind."""
    notice = make_notice()
    made = make_case(lead=carla, members=(ana, ben), notice=notice)
    for kind, detail in WORDS.items():
        record_fact(
            person=notice.person,
            actor=carla,
            at=NOON,
            kind=kind,
            value=VALUES[kind],
            level="documented",
            source=f"Source of {detail}",
            detail=detail,
            against=make_country("RU") if kind == FactKind.PROTECTION else None,
        )
    record_fact(
        person=notice.person,
        actor=carla,
        at=NOON,
        kind=FactKind.PROFESSION,
        value="journalist",
        level="documented",
        source="The paper",
        detail=OPEN_WORD,
    )
    return made


def pages(case):
    notice = case.links.get().notice
    return [
        reverse("person", args=[notice.person.key]),
        reverse("notice", args=[notice.key]),
        reverse("notice-tab", args=[notice.key, "screening"]),
        reverse("notice-tab", args=[notice.key, "history"]),
        reverse("decision", args=[notice.key]),
        reverse("api-person", args=[notice.person.key]),
        reverse("api-notice", args=[notice.key]),
        reverse("case", args=[case.code]),
        reverse("audit-log"),
        reverse("search") + "?q=canary",
    ]


def seen_by(client, case):
    return "".join(client.get(page).text for page in pages(case))


def test_whoever_is_named_reads_them_and_safety_is_for_lawyers(
    as_user, case, ana, carla
):
    read = seen_by(as_user(carla), case)
    assert all(word in read for word in WORDS.values())
    read = seen_by(as_user(ana), case)
    assert {word for word in WORDS.values() if word in read} == {
        word for kind, word in WORDS.items() if kind != FactKind.SAFETY
    }


@pytest.mark.parametrize("who", ["olga", "ben", "dina", "emil"])
def test_nobody_else_reads_them_anywhere(who, request, as_user, case):
    read = seen_by(as_user(request.getfixturevalue(who)), case)
    for word in WORDS.values():
        assert word not in read
    if who in ("olga", "ben"):
        assert OPEN_WORD in read


def test_a_finding_that_rests_on_one_keeps_its_strength_and_loses_its_words(
    as_user, case, olga, ben, ana
):
    notice = case.links.get().notice
    screening = Screening.objects.get(notice=notice, is_current=True)
    rests = Finding.objects.get(screening=screening, field="fact: protection")
    assert rests.quote == WORDS[FactKind.PROTECTION]
    for user in (olga, ben):
        page = as_user(user).get(reverse("notice-tab", args=[notice.key, "screening"]))
        assert "It rests on a protected fact about the person." in page.text
        assert rests.reason not in page.text
        said = as_user(user).get(reverse("api-notice", args=[notice.key])).json()
        found = {one["indicator"]: one for one in said["findings"]["for"]}
        assert found[rests.indicator]["strength"] == rests.strength
        assert found[rests.indicator]["quote"] == ""
        assert found[rests.indicator]["field"] == "protected fact"
    page = as_user(ana).get(reverse("notice-tab", args=[notice.key, "screening"])).text
    assert "rests on a protected fact" not in page
    assert WORDS[FactKind.PROTECTION] in page


def test_place_family_contact_and_safety_go_into_no_screening(case):
    kept = json.dumps(
        list(Screening.objects.values("evidence", "rule_breach", "article_2_3")),
        default=str,
    )
    quotes = "".join(Finding.objects.values_list("quote", flat=True)) + kept
    for kind in (FactKind.LOCATION, FactKind.FAMILY, FactKind.CONTACT, FactKind.SAFETY):
        assert WORDS[kind] not in quotes


def test_access_that_ends_takes_them_away(as_user, case, ana):
    assert WORDS[FactKind.LOCATION] in seen_by(as_user(ana), case)
    case.members.filter(user=ana).update(ended_at=NOON)
    assert WORDS[FactKind.LOCATION] not in seen_by(as_user(ana), case)


def test_who_records_one_sees_it_and_a_colleague_does_not(as_user, olga, ana):
    person = make_notice().person
    data = {
        "what": "location:whereabouts",
        "detail": "canary-own",
        "source": "A call",
        "level": "alleged",
    }
    address = reverse("person-fact-add", args=[person.key])
    done = as_user(olga).post(address, data, follow=True)
    assert "named on a case file of the person see it" in done.text
    page = reverse("person", args=[person.key])
    assert "canary-own" in as_user(olga).get(page).text
    assert "canary-own" not in as_user(ana).get(page).text
    fact = PersonFact.objects.get(detail="canary-own")
    gone = reverse("person-fact-withdraw", args=[person.key, key_of(fact)])
    assert as_user(ana).post(gone, {"reason": "x"}).status_code == 404
    assert as_user(olga).post(gone, {"reason": "x"}).status_code == 302


def copy_for(case, reader, profile):
    export = Export.objects.create(
        case=case,
        requested_by=reader,
        requested_at=NOON,
        profile=profile,
        state=ExportState.UNSIGNED,
        format=ExportFormat.JSON,
        purpose="x",
        recipient="x",
    )
    composed = compose(export=export, at=NOON, anchor=current(), demo=False)
    return str(composed.document)


@pytest.mark.parametrize(
    ("profile", "kinds"),
    [
        (ExportProfile.INTERNAL, set(WORDS)),
        (ExportProfile.COUNSEL, set(WORDS)),
        (ExportProfile.CCF, {FactKind.PROTECTION}),
        (ExportProfile.PUBLIC, set()),
    ],
)
def test_a_copy_holds_those_of_its_profile(case, carla, profile, kinds):
    text = copy_for(case, carla, profile)
    assert {kind for kind, word in WORDS.items() if word in text} == kinds


def test_a_copy_holds_none_that_its_reader_may_not_see(case, ben, ana):
    text = copy_for(case, ben, ExportProfile.INTERNAL)
    assert not [word for word in WORDS.values() if word in text]
    assert OPEN_WORD in text
    assert WORDS[FactKind.SAFETY] not in copy_for(case, ana, ExportProfile.INTERNAL)


# --- Contacts in the chronology ------------------------------------------------------
@pytest.fixture
def contact(case, carla, as_user):
    data = {"kind": "contact", "text": "canary-call", "happened_on": "", "source": ""}
    address = reverse("case-chronology", args=[case.code])
    assert as_user(carla).post(address, data).status_code == 302
    return CaseNote.objects.get(kind=NoteKind.CONTACT)


def test_contacts_with_the_person_are_for_the_same_people(
    as_user, case, contact, carla, ana, ben, olga
):
    address = reverse("case-chronology", args=[case.code])
    for user, sees in ((carla, True), (ana, True), (ben, False), (olga, False)):
        client = as_user(user)
        read = (
            client.get(address).text
            + client.get(reverse("case", args=[case.code])).text
        )
        assert ("canary-call" in read) is sees
        assert (contact in notes_open_to(user)) is (user == ana)
        assert "canary-call" not in client.get(reverse("audit-log")).text

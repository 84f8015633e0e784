"""Notices that no list shows: entered by hand, closed to all but named people.

Carla, a lawyer, enters one; Ben is named; Olga must not learn of it.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import MissingCapability
from accounts.choices import Role
from accounts.models import AuditEntry
from cases.by_hand.services import enter_by_hand
from cases.choices import CaseLevel
from cases.files.members import add_member, remove_member
from cases.models import CaseFile, Review
from notices.choices import Confidentiality, NoticeKind, Origin
from notices.ingest.by_hand import ChargeSaid, Entered, EntryRefused
from notices.models import Notice, NoticeGrant, Person
from tests.factories import make_case, make_notice, make_user

pytestmark = pytest.mark.django_db
PAGE = "/notices/new/"
WORD, NAME = "quietcharge", "ZAKRYTOV"


def typed(**more):
    rows = [
        ("1", "RU", f"{WORD} of a court in Moscow", "en"),
        ("1", "RU", "Участие в организации", "ru"),
        ("2", "BY", "Incitement", "en"),
    ]
    data = {
        "kind": NoticeKind.WANTED_DIFFUSION,
        "origin": Origin.COURT_FILE,
        "source": "Page 12 of the court file, from counsel",
        "family_name": NAME,
        "forename": "Petr",
        "birth_date": "1979-03",
        "confidentiality": Confidentiality.RESTRICTED,
        "charges-TOTAL_FORMS": len(rows),
        "charges-INITIAL_FORMS": 0,
        **more,
    }
    for number, (warrant, issuer, text, language) in enumerate(rows):
        data |= {
            f"charges-{number}-warrant": warrant,
            f"charges-{number}-issuer": issuer,
            f"charges-{number}-text": text,
            f"charges-{number}-language": language,
        }
    return data


def entered(**more) -> Entered:
    return Entered(
        kind=NoticeKind.RED,
        origin=Origin.CLIENT,
        source="The client's paper",
        charges=[ChargeSaid(1, "RU", f"{WORD} of a court")],
        family_name=NAME,
        **more,
    )


def addresses(notice):
    return {
        "page": reverse("notice", args=[notice.key]),
        "api": f"/api/notices/{notice.key}/",
        "person": reverse("person", args=[notice.person.key]),
    }


def sees(as_user, user, notice):
    return {
        name: as_user(user).get(address).status_code == 200
        for name, address in addresses(notice).items()
    }


def test_several_warrants_and_charges_stay_with_those_who_are_named(
    carla, ben, olga, dina, emil, as_user
):
    answer = as_user(carla).post(PAGE, typed(readers=[ben.pk]))
    notice = Notice.objects.get()
    assert answer["Location"] == reverse("notice", args=[notice.key])
    assert (notice.origin, notice.confidentiality) == ("court_file", "restricted")
    told = [(w.issuer_id, w.charges.count()) for w in notice.warrants.all()]
    assert told == [("RU", 2), ("BY", 1)]
    assert notice.issuers == ["RU", "BY"]
    assert notice.screenings.filter(is_current=True).count() == 1
    assert Review.objects.get().notice == notice
    readers = set(NoticeGrant.objects.values_list("user", flat=True))
    assert readers == {carla.pk, ben.pk}
    for user in (carla, ben):
        assert all(sees(as_user, user, notice).values())
        assert WORD in as_user(user).get(addresses(notice)["page"]).text
    for user in (olga, dina, emil):
        assert not any(sees(as_user, user, notice).values())
    for page in ("/notices/", f"/search/?q={WORD}", f"/people/?name={NAME}", "/inbox/"):
        assert "Petr" in as_user(ben).get(page).text
        body = as_user(olga).get(page).text
        assert "Petr" not in body
    entry = AuditEntry.objects.get(action="notice.entered")
    assert entry.actor_id_text == str(carla.pk)


def test_being_named_on_a_file_that_links_it_opens_it_and_the_end_closes_it(
    carla, ben, olga, ana, as_user
):
    case = make_case(lead=carla, level=CaseLevel.RESTRICTED)
    as_user(carla).post(PAGE, typed(case=case.code))
    notice = Notice.objects.get(origin=Origin.COURT_FILE)
    assert notice.person == case.person
    assert case.links.filter(notice=notice).exists()
    page = addresses(notice)["page"]
    assert as_user(ana).get(page).status_code == 404
    now = timezone.now()
    member = add_member(case=case, user=ana, actor=carla, reason="Helps", at=now)
    assert as_user(ana).get(page).status_code == 200
    assert WORD in as_user(ana).get("/notices/").text
    listed = as_user(ana).get(reverse("case-notices", args=[case.code])).text
    assert page in listed
    remove_member(case=case, member=member, actor=carla, reason="Done", at=now)
    for user in (ana, ben, olga):
        assert as_user(user).get(page).status_code == 404
        assert WORD not in as_user(user).get("/notices/").text


def test_beside_a_person_whom_all_see_nothing_of_it_shows(carla, olga, as_user):
    person = make_notice().person
    address = reverse("person", args=[person.key])
    before = as_user(olga).get(address).text
    api = as_user(olga).get(f"/api/people/{person.key}/").json()
    as_user(carla).post(f"{PAGE}?person={person.key}", typed())
    assert Notice.objects.filter(person=person).count() == 2
    assert WORD in as_user(carla).get(address).text
    after = as_user(olga).get(address).text
    for word in (NAME, WORD, "Участие"):
        assert word not in after
    assert len(after) == len(before)
    assert as_user(olga).get(f"/api/people/{person.key}/").json() == api


def test_the_organisation_sees_it_if_somebody_chooses_so(carla, olga, dina, as_user):
    as_user(carla).post(PAGE, typed(confidentiality="organisation"))
    notice = Notice.objects.get()
    assert not NoticeGrant.objects.exists()
    assert sees(as_user, olga, notice)["page"]
    assert not sees(as_user, dina, notice)["page"]


def test_more_rows_keep_what_was_typed_and_errors_are_in_words(carla, as_user):
    client = as_user(carla)
    page = client.post(PAGE, typed(more="rows"))
    assert page.status_code == 200
    assert WORD in page.text
    assert NAME in page.text
    assert 'name="charges-5-text"' in page.text
    two = typed(**{"source": ""}) | {"charges-1-issuer": "BY"}
    wrong = client.post(PAGE, two)
    assert wrong.status_code == 422
    assert "There is a problem" in wrong.text
    mixed = client.post(PAGE, two | {"source": "A paper"})
    assert "Warrant 1 has two countries" in mixed.text
    unnamed = client.post(PAGE, typed(family_name="", forename=""))
    assert "Give a name" in unnamed.text
    huge = client.post(PAGE, typed(**{"charges-TOTAL_FORMS": "99999", "more": "rows"}))
    assert huge.status_code == 200
    assert not Notice.objects.exists()


def test_only_roles_that_record_facts_enter_one_and_only_in_their_own_files(
    carla, ana, dina, emil, as_user
):
    for user in (dina, emil):
        assert as_user(user).get(PAGE).status_code == 403
        with pytest.raises(MissingCapability):
            enter_by_hand(entered=entered(), actor=user, at=timezone.now())
    hidden = make_case(
        lead=carla, level=CaseLevel.WALLED, notice=make_notice(family_name="OTHER")
    )
    client = as_user(ana)
    assert client.get(f"{PAGE}?case={hidden.code}").status_code == 404
    assert client.get(f"{PAGE}?case=NOBIRD-1").status_code == 404
    refused = client.post(PAGE, typed(case=hidden.code))
    missing = client.post(PAGE, typed(case="NOBIRD-1"))
    assert (refused.status_code, missing.status_code) == (422, 422)
    closed = make_notice(family_name="CLOSED", confidentiality="restricted")
    assert client.get(f"{PAGE}?person={closed.person.key}").status_code == 404
    assert not Notice.objects.filter(origin=Origin.COURT_FILE).exists()


def test_nobody_makes_one_public_or_gives_it_to_who_reads_no_findings(carla, dina):
    for wrong, words in (
        ({"entered": entered(confidentiality="public")}, "never public"),
        ({"entered": entered(), "readers": [dina]}, "Only analysts"),
    ):
        with pytest.raises(EntryRefused, match=words):
            enter_by_hand(actor=carla, at=timezone.now(), **wrong)
    case = make_case(lead=carla)
    with pytest.raises(EntryRefused, match="stays with named people"):
        enter_by_hand(
            entered=entered(confidentiality="organisation"),
            actor=carla,
            at=timezone.now(),
            case=case,
        )
    assert not Person.objects.filter(display_name__contains=NAME).exists()


def test_a_file_opened_from_it_is_restricted(carla, ben, ana, as_user):
    notice = enter_by_hand(
        entered=entered(), actor=carla, at=timezone.now(), readers=[ben, ana]
    )
    Review.objects.filter(notice=notice).update(
        state="flagged", outcome="flagged", proposed_by=ana, decided_by=ben,
        decided_at=timezone.now(),
    )  # fmt: skip
    address = reverse("case-new", args=[notice.key])
    as_user(carla).post(address, {"level": "organisation"})
    assert CaseFile.objects.get().level == CaseLevel.RESTRICTED
    other = make_user("Olga Outside", Role.LAWYER)
    assert as_user(other).get(address).status_code == 404


def test_each_reading_of_it_is_recorded_also_by_programs_and_none_of_public_ones(
    carla, ben, as_user
):
    notice = enter_by_hand(
        entered=entered(), actor=carla, at=timezone.now(), readers=[ben]
    )
    client = as_user(ben)
    for name in ("page", "api"):
        client.get(addresses(notice)[name])
    client.get(reverse("notice", args=[make_notice(family_name="OPEN").key]))
    read = AuditEntry.objects.filter(action="notice.read")
    assert {entry.object_id for entry in read} == {str(notice.pk)}
    assert [entry.actor_id_text for entry in read] == [str(ben.pk)] * 2
    assert read.first() in AuditEntry.objects.visible_to(carla)


def test_who_reads_it_through_a_file_is_told_to_the_people_of_that_file_alone(
    carla, ben, ana, olga, as_user
):
    """Carla and Ben hold a grant; Olga reads through Ana's wall, which nobody knows."""
    notice = enter_by_hand(
        entered=entered(), actor=carla, at=timezone.now(), readers=[ben]
    )
    make_case(
        lead=ana, members=(olga,), level=CaseLevel.WALLED, notice=notice, code="HERON-9"
    )
    as_user(olga).get(addresses(notice)["page"])
    as_user(ben).get(addresses(notice)["page"])
    read = AuditEntry.objects.filter(action="notice.read")
    by_olga, by_ben = (read.get(actor_id_text=str(one.pk)) for one in (olga, ben))
    for user, sees in ((ana, True), (olga, True), (carla, False), (ben, False)):
        seen = AuditEntry.objects.visible_to(user)
        assert (by_olga in seen) is sees, user
        assert by_ben in seen, user
        page = as_user(user).get("/administration/audit/").text
        assert ("HERON-9" in page) is sees, user
    assert "Olga Brandt" in as_user(ana).get(reverse("case", args=["HERON-9"])).text

"""Facts recorded in a wall stay in it: no other file opens, screens or erases them.

Carla and Kim lead walls; Olga is an analyst outside, Emil administers.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.audit.check import check_log
from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel, ErasureScope
from cases.files.barring import bar
from cases.files.members import add_member
from cases.keeping.erase import Why, erase_case
from cases.keeping.erasures import WAIT, ask_erasure, confirm_erasure, erase_due
from cases.keeping.holds import place_hold
from cases.models import CaseFile, Erasure, Tombstone
from notices.choices import FactKind
from notices.models import PersonFact
from notices.screening.facts import record_fact
from tests.factories import NOON, make_case, make_flagged, make_notice, make_user

pytestmark = pytest.mark.django_db
WORD = "canary-place"


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


def place(person, actor, word=WORD):
    return record_fact(
        person=person,
        actor=actor,
        at=NOON,
        kind=FactKind.LOCATION,
        value="whereabouts",
        level="documented",
        source="client",
        detail=word,
    )


def agreed(case, carla, emil, scope, at=NOON):
    wish = ask_erasure(case=case, scope=scope, actor=carla, reason="client", at=NOON)
    return confirm_erasure(erasure=wish, actor=emil, at=at)


# --- Reading -------------------------------------------------------------------------
def test_a_file_that_an_outsider_opens_opens_no_facts_of_a_wall(
    carla, kim, ana, ben, olga, as_user
):
    notice = make_notice()
    make_flagged(notice, by=ana, signed_by=ben)
    wall = make_case(lead=carla, members=(kim,), notice=notice, level=CaseLevel.WALLED)
    bar(case=wall, user=olga, actor=carla, reason="conflict", at=NOON)
    place(notice.person, carla)
    page = reverse("person", args=[notice.person.key])
    opened = as_user(olga).post(
        reverse("case-new", args=[notice.key]),
        {"level": "organisation", "summary": "x"},
    )
    assert opened.status_code == 302
    assert CaseFile.objects.naming(olga).exists()
    assert WORD not in as_user(olga).get(page).text
    # Naming the colleague who recorded it brings it into the new file no more.
    add_member(
        case=CaseFile.objects.naming(olga).get(),
        user=carla,
        actor=olga,
        reason="x",
        at=NOON + timedelta(days=1),
    )
    assert WORD not in as_user(olga).get(page).text
    for named in (carla, kim):
        assert WORD in as_user(named).get(page).text


@pytest.mark.parametrize("barred", [True, False])
def test_who_was_taken_off_a_wall_reads_back_nothing_recorded_there(
    carla, kim, olga, as_user, barred
):
    notice = make_notice()
    wall = make_case(
        lead=carla, members=(kim, olga), notice=notice, level=CaseLevel.WALLED
    )
    place(notice.person, olga)
    page = reverse("person", args=[notice.person.key])
    assert WORD in as_user(olga).get(page).text
    wall.members.filter(user=olga).update(ended_at=NOON)
    assert WORD not in as_user(olga).get(page).text
    assert WORD in as_user(kim).get(page).text
    if barred:
        bar(case=wall, user=olga, actor=carla, reason="conflict", at=NOON)
        make_case(lead=olga, notice=notice)
        assert WORD not in as_user(olga).get(page).text


def test_a_fact_from_before_the_file_comes_with_whoever_is_named(carla, olga, as_user):
    notice = make_notice()
    place(notice.person, olga)
    case = make_case(lead=carla, notice=notice, level=CaseLevel.RESTRICTED)
    case.members.update(added_at=NOON + timedelta(hours=1))
    page = reverse("person", args=[notice.person.key])
    assert WORD not in as_user(carla).get(page).text
    later = NOON + timedelta(hours=2)
    add_member(case=case, user=olga, actor=carla, reason="knows", at=later)
    assert WORD in as_user(carla).get(page).text


# --- Erasing -------------------------------------------------------------------------
def test_a_file_erases_what_its_people_recorded_and_asks_no_other_hold(
    carla, kim, emil
):
    notice = make_notice()
    wall = make_case(
        lead=kim,
        members=(make_user("Kofi Wood", Role.LAWYER),),
        notice=notice,
        level=CaseLevel.WALLED,
    )
    theirs = place(notice.person, kim)
    mine = make_case(lead=carla, notice=notice)
    place(notice.person, carla, "canary-mine")
    agreed(mine, carla, emil, ErasureScope.PERSON)
    place_hold(case=wall, actor=kim, reason="trial", at=NOON)
    (stone,) = erase_due(at=NOON + WAIT)
    assert stone.code == mine.code
    assert list(PersonFact.objects.all()) == [theirs]
    assert AuditEntry.objects.filter(words__contains=WORD).exists()
    assert not AuditEntry.objects.filter(words__contains="canary-mine").exists()
    assert check_log().verdict.ok


@pytest.mark.parametrize("file_first", [True, False])
def test_file_and_facts_asked_together_both_go(carla, ana, emil, file_first):
    case = make_case(lead=carla, members=(ana,), level=CaseLevel.RESTRICTED)
    place(case.person, carla)
    scopes = [ErasureScope.FILE, ErasureScope.PERSON]
    for later, scope in enumerate(scopes if file_first else scopes[::-1]):
        agreed(case, carla, emil, scope, at=NOON + timedelta(minutes=later))
    erase_due(at=NOON + WAIT + timedelta(hours=1))
    assert not PersonFact.objects.exists()
    assert not AuditEntry.objects.filter(words__contains=WORD).exists()
    assert not CaseFile.objects.exists()
    assert not Erasure.objects.exists()
    kinds = sorted(Tombstone.objects.values_list("kind", flat=True))
    assert kinds == sorted(scopes)
    assert check_log().verdict.ok


def test_a_file_that_goes_takes_the_facts_recorded_under_it(carla, kim):
    notice = make_notice()
    case = make_case(lead=carla, notice=notice)
    other = make_case(lead=kim, notice=notice, level=CaseLevel.WALLED)
    place(notice.person, carla)
    kept = place(notice.person, kim, "canary-wall")
    why = Why(reason="Time", rule="A rule", asked_by=None, performed_by=None)
    erase_case(case=case, why=why, at=NOON)
    assert list(PersonFact.objects.all()) == [kept]
    assert not AuditEntry.objects.filter(words__contains=WORD).exists()
    assert AuditEntry.objects.filter(words__contains="canary-wall").exists()
    assert CaseFile.objects.get() == other

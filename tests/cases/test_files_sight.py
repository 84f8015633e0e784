"""Who can see a file and why; and no page of a closed file without its record.

Carla leads the wall, Kim keeps it, Ana is named; Emil administers; Olga is nobody here.
"""

import csv
import io

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel
from cases.models import CaseBar
from tests.factories import NOON, make_case, make_notice, make_user

pytestmark = pytest.mark.django_db
TABS = [
    "case",
    "case-text",
    "case-level",
    "case-state",
    "case-chronology",
    "case-notices",
    "case-people",
    "case-exports",
    "case-sight",
]


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


@pytest.fixture
def wall(carla, kim, ana):
    case = make_case(
        lead=carla,
        members=(kim, ana),
        level=CaseLevel.WALLED,
        notice=make_notice(family_name="UNMISTAKABLE"),
        summary="canarysummary",
    )
    case.members.update(reason="canaryreason")
    return case


def table(text):
    rows = list(csv.reader(io.StringIO(text)))
    return {row[0]: row for row in rows[1:]}


def look_up(client, code, **more):
    return client.post(reverse("who-sees"), {"code": code, **more})


def test_the_lead_reads_names_reasons_and_who_is_barred(as_user, wall, carla, olga):
    CaseBar.objects.create(
        case=wall, user=olga, reason="x", barred_by=carla, barred_at=NOON
    )
    client = as_user(carla)
    page = client.get(reverse("case-sight", args=[wall.code])).text
    assert "named as keeper by Carla Meyer" in page
    assert "canaryreason" in page
    assert "barred from it" in page
    answer = client.get(reverse("case-sight", args=[wall.code]) + "?as=csv")
    rows = table(answer.getvalue().decode())
    assert {name for name, row in rows.items() if row[2] == "yes"} == {
        "Ana Lindqvist",
        "Carla Meyer",
        "Kim Okoye",
    }
    assert rows["Olga Brandt"][3] == "does not see it: barred from it"


def test_a_member_who_looks_after_nothing_and_an_outsider_do_not(
    as_user, wall, ana, olga
):
    address = reverse("case-sight", args=[wall.code])
    assert as_user(ana).get(address).status_code == 403
    assert as_user(olga).get(address).status_code == 404


def test_an_administrator_reads_names_and_nothing_of_the_file(
    as_user, wall, emil, carla
):
    page = look_up(as_user(emil), wall.code.lower()).text
    assert "3 people see it" in page
    assert "named as lead by Carla Meyer on 2026-11-24" in page
    for word in ("canaryreason", "canarysummary", "UNMISTAKABLE", "barred"):
        assert word not in page
    assert as_user(emil).get(reverse("case", args=[wall.code])).status_code == 404
    entry = AuditEntry.objects.get(action="case.sight_listed")
    assert entry.actor_id_text == str(emil.pk)
    history = as_user(carla).get(reverse("case", args=[wall.code])).text
    assert "looked up who can see a case file" in history


def test_an_unknown_code_is_a_file_that_nobody_sees(as_user, wall, emil):
    page = look_up(as_user(emil), "NOBIRD-1")
    assert page.status_code == 200
    assert "nobody sees it" in page.text
    rows = table(
        look_up(as_user(emil), "NOBIRD-1", **{"as": "csv"}).getvalue().decode()
    )
    known = table(
        look_up(as_user(emil), wall.code, **{"as": "csv"}).getvalue().decode()
    )
    assert rows["Emil Novak"] == known["Emil Novak"]
    assert {row[2] for row in rows.values()} == {"no"}
    assert set(rows) == set(known)


def test_a_file_that_bars_the_administrator_is_one_that_nobody_sees(
    as_user, wall, emil, carla
):
    CaseBar.objects.create(
        case=wall, user=emil, reason="x", barred_by=carla, barred_at=NOON
    )
    client = as_user(emil)
    assert "nobody sees it" in look_up(client, wall.code).text
    barred = look_up(client, wall.code, **{"as": "csv"}).getvalue()
    assert barred == look_up(client, "NOBIRD-1", **{"as": "csv"}).getvalue()
    CaseBar.objects.all().delete()
    assert "3 people see it" in look_up(client, wall.code).text


def test_a_laptop_left_open_looks_nobody_up(as_user, wall, emil):
    client = as_user(emil, stale=True)
    assert client.get(reverse("who-sees")).status_code == 200
    for more in ({}, {"as": "csv"}):
        answer = look_up(client, wall.code, **more)
        assert answer["Location"].startswith("/account/reauthenticate/")
    assert not AuditEntry.objects.filter(action="case.sight_listed").exists()


def test_the_list_is_what_the_pages_do(as_user, wall, carla, ana, ben, emil, dina):
    shared = make_case(lead=carla)
    for case in (wall, shared):
        answer = as_user(carla).get(reverse("case-sight", args=[case.code]) + "?as=csv")
        rows = table(answer.getvalue().decode())
        for user in (carla, ana, ben, emil, dina):
            status = as_user(user).get(reverse("case", args=[case.code])).status_code
            assert (rows[user.name][2] == "yes") is (status == 200), user


# --- Readings ------------------------------------------------------------------------
@pytest.mark.parametrize("level", [CaseLevel.RESTRICTED, CaseLevel.WALLED])
def test_each_page_of_a_closed_file_leaves_one_record(as_user, carla, kim, level):
    case = make_case(lead=carla, members=(kim,), level=level)
    client = as_user(carla)
    for number, name in enumerate(TABS, start=1):
        assert client.get(reverse(name, args=[case.code])).status_code == 200
        assert AuditEntry.objects.filter(action="case.read").count() == number


@pytest.mark.parametrize("name", ["case", "case-chronology", "case-people"])
def test_without_a_record_there_is_no_page(as_user, wall, ana, name):
    """The log refuses, as a full disk would: not a word of the file goes out."""
    client = as_user(ana)
    address = reverse(name, args=[wall.code])
    assert client.get(address).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_reads() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN IF position('case.read' in NEW.facts) > 0 THEN "
            "RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END IF; "
            "RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse_reads BEFORE INSERT ON accounts_auditentry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_reads()"
        )
    with pytest.raises(OperationalError, match="no space left"):
        client.get(address)

"""Who sees a case file, and for whom it does not exist."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel
from cases.models import CaseMember, CaseNote
from tests.factories import NOON, make_case, make_notice, make_user

pytestmark = pytest.mark.django_db
TABS = ["case", "case-chronology", "case-notices", "case-people", "case-exports"]
FORMS = ["case-text", "case-level"]


@pytest.fixture
def carla():
    return make_user("Carla Meyer", Role.LAWYER)


@pytest.fixture
def olga():
    return make_user("Olga Brandt", Role.ANALYST)


@pytest.fixture(params=[CaseLevel.RESTRICTED, CaseLevel.WALLED])
def hidden(request, carla):
    return make_case(lead=carla, level=request.param)


def same_but_for(page: str, code: str) -> str:
    """The page without the address asked for, the token of its forms and the time."""
    token = r'name="csrfmiddlewaretoken" value="[^"]*"'
    return re.sub(rf"{token}|\d\d:\d\d UTC", "", page).replace(code, "CODE")


def test_a_member_sees_each_page(client, carla, hidden):
    client.force_login(carla)
    for name in TABS + FORMS:
        response = client.get(reverse(name, args=[hidden.code]))
        assert response.status_code == 200
        assert hidden.code in response.text


@pytest.mark.parametrize("role", Role.values)
def test_an_outsider_of_any_role_gets_the_page_of_nothing(as_user, hidden, role):
    client = as_user(make_user("Olga Brandt", role))
    for name in TABS + FORMS:
        address = reverse(name, args=[hidden.code])
        response = client.get(address)
        nothing = client.get(reverse(name, args=["NOBODY-1"]))
        assert response.status_code == nothing.status_code == 404
        assert same_but_for(response.text, hidden.code) == same_but_for(
            nothing.text, "NOBODY-1"
        )
        assert client.post(address, {}).status_code in {404, 405}


def test_an_anonymous_person_signs_in_first_whether_there_is_a_file_or_not(
    client, hidden
):
    response = client.get(reverse("case", args=[hidden.code]))
    nothing = client.get(reverse("case", args=["NOBODY-1"]))
    assert response.status_code == nothing.status_code == 302
    assert response["Location"].replace(hidden.code, "NOBODY-1") == nothing["Location"]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ANALYST, 200),
        (Role.REVIEWER, 200),
        (Role.LAWYER, 200),
        (Role.ADVOCACY, 404),
        (Role.ADMINISTRATOR, 404),
    ],
)
def test_a_file_of_the_organisation_is_read_by_those_who_work_on_files(
    client, carla, role, status
):
    case = make_case(lead=carla, level=CaseLevel.ORGANISATION)
    client.force_login(make_user("Somebody Else", role))
    for name in TABS:
        assert client.get(reverse(name, args=[case.code])).status_code == status


def test_an_advocacy_reader_sees_a_restricted_file_that_names_them(client, carla):
    dina = make_user("Dina Haddad", Role.ADVOCACY)
    case = make_case(lead=carla, members=(dina,), level=CaseLevel.RESTRICTED)
    client.force_login(dina)
    assert client.get(reverse("case", args=[case.code])).status_code == 200
    note = {"kind": "note", "text": "Mine"}
    address = reverse("case-chronology", args=[case.code])
    assert client.post(address, note).status_code == 403
    assert not CaseNote.objects.exists()


def test_the_list_shows_what_one_sees_and_nothing_else(client, carla, olga):
    shown = make_case(lead=carla, notice=make_notice(forename="Shown"))
    secret = make_case(
        lead=carla, notice=make_notice(forename="Secret"), level=CaseLevel.RESTRICTED
    )
    client.force_login(olga)
    for query in ("", "?q=KESTREL", "?q=Secret", "?mine=1"):
        text = client.get(reverse("case-list") + query).text
        assert secret.code not in text
        assert "VALTESKU Secret" not in text
    assert shown.code in client.get(reverse("case-list")).text
    client.force_login(carla)
    assert secret.code in client.get(reverse("case-list") + "?q=secret").text


def test_access_that_ended_or_ran_out_closes_the_file(client, carla, olga):
    case = make_case(lead=carla, members=(olga,), level=CaseLevel.RESTRICTED)
    client.force_login(olga)
    address = reverse("case", args=[case.code])
    assert client.get(address).status_code == 200
    member = CaseMember.objects.filter(case=case, user=olga)
    today = timezone.now().date()
    member.update(until=today)
    assert client.get(address).status_code == 200
    member.update(until=today - timedelta(days=1))
    assert client.get(address).status_code == 404
    member.update(until=None, ended_at=NOON)
    assert client.get(address).status_code == 404


def test_a_note_for_lawyers_is_not_there_for_others(client, carla, olga):
    case = make_case(lead=carla, members=(olga,))
    for text, secret in (("Open words", False), ("Privileged words", True)):
        CaseNote.objects.create(
            case=case,
            kind="note",
            text=text,
            author=carla,
            written_at=NOON,
            is_counsel_only=secret,
        )
    for user, sees in ((carla, True), (olga, False)):
        client.force_login(user)
        for name in ("case", "case-chronology"):
            text = client.get(reverse(name, args=[case.code])).text
            assert "Open words" in text
            assert ("Privileged words" in text) is sees
        count = f'Chronology <span class="tabs-count">{1 + sees}</span>'
        assert count in text


def test_each_reading_of_a_restricted_file_is_recorded_for_its_lead(
    client, carla, olga
):
    case = make_case(lead=carla, members=(olga,), level=CaseLevel.RESTRICTED)
    client.force_login(olga)
    client.get(reverse("case-people", args=[case.code]))
    entry = AuditEntry.objects.get(action="case.read")
    assert entry.actor_id_text == str(olga.pk)
    client.force_login(carla)
    assert "Who read it" in client.get(reverse("case", args=[case.code])).text
    client.force_login(olga)
    assert "Who read it" not in client.get(reverse("case", args=[case.code])).text


def test_reading_a_file_of_the_organisation_is_not(client, carla):
    case = make_case(lead=carla)
    client.force_login(carla)
    client.get(reverse("case", args=[case.code]))
    assert not AuditEntry.objects.filter(action="case.read").exists()


def test_no_name_of_the_person_stands_in_title_or_address(client, carla):
    case = make_case(
        lead=carla,
        notice=make_notice(family_name="UNMISTAKABLE"),
        level=CaseLevel.RESTRICTED,
    )
    client.force_login(carla)
    for name in TABS:
        address = reverse(name, args=[case.code])
        title = (
            client.get(address).text.partition("<title>")[2].partition("</title>")[0]
        )
        assert case.code in title
        assert "UNMISTAKABLE" not in title + address


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(
    client, carla, django_assert_max_num_queries
):
    people = tuple(make_user(f"Helper {n}") for n in range(12))
    small = make_case(lead=carla)
    large = make_case(lead=carla, members=people, level=CaseLevel.RESTRICTED)
    for n in range(30):
        CaseNote.objects.create(
            case=large,
            kind="event",
            text=f"{n}",
            author=people[n % 12],
            written_at=NOON,
        )
    client.force_login(carla)
    for name in [*TABS, "case-list"]:
        for case in (small, large):
            args = [] if name == "case-list" else [case.code]
            with django_assert_max_num_queries(12):
                assert client.get(reverse(name, args=args)).status_code == 200

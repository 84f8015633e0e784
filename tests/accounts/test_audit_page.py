"""The page of the log. Carla leads a walled file; nobody else may see a trace of it."""

import csv
import io
import re

import pytest
from django.test import Client

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.choices import Role
from accounts.models import AuditEntry
from accounts.sheets import safe_cell
from cases.choices import CaseLevel
from tests.factories import NOON, make_case, make_user

pytestmark = pytest.mark.django_db
PAGE = "/administration/audit/"


@pytest.fixture
def cast():
    return {
        name: make_user(full, role)
        for name, full, role in [
            ("ana", "Ana Lindqvist", Role.ANALYST),
            ("ben", "Ben Osei", Role.REVIEWER),
            ("carla", "Carla Ruiz", Role.LAWYER),
            ("dina", "Dina Petrosyan", Role.ADVOCACY),
            ("emil", "Emil Sørby", Role.ADMINISTRATOR),
        ]
    }


def page(user, address=PAGE, **query):
    client = Client()
    client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def walled(cast):
    case = make_case(lead=cast["carla"], level=CaseLevel.WALLED, code="SECRETBIRD-9")
    record(
        action=Action.CASE_OPENED,
        actor=cast["carla"],
        target=case,
        after={"level": "walled"},
    )
    return case


@pytest.fixture
def shared(cast):
    case = make_case(lead=cast["carla"], members=(cast["ana"],), code="KESTREL-7")
    record(action=Action.CASE_OPENED, actor=cast["carla"], target=case)
    return case


def test_an_entry_reads_as_a_sentence_with_names(cast, shared):
    text = re.sub(r"<[^>]+>|\s+", " ", page(cast["ana"]))
    assert re.search(r"Carla Ruiz\s+opened a case file:\s+KESTREL-7", text)


def test_entries_about_a_file_are_for_those_whom_it_names(cast, shared):
    assert "KESTREL-7" in page(cast["carla"])
    assert "KESTREL-7" not in page(cast["ben"])
    record(action=Action.CASE_READ, actor=cast["ben"], target=shared)
    seen = page(cast["ben"])
    assert "read a restricted case file" in seen
    assert "</bdi> opened a case file" not in seen


def test_entries_about_a_walled_file_are_for_its_people_only(cast, walled):
    assert "SECRETBIRD-9" in page(cast["carla"])
    for outsider in ("ana", "ben", "dina", "emil"):
        seen = page(cast[outsider])
        assert "SECRETBIRD" not in seen
        assert "</bdi> opened a case file" not in seen
        asked = page(cast[outsider], object="SECRETBIRD-9")
        assert "No entry fits" in asked


def test_an_entry_hides_again_when_access_ends(cast, walled):
    member = cast["ben"]
    add = make_case(lead=member, level=CaseLevel.RESTRICTED, code="OTHERBIRD-3")
    record(action=Action.CASE_OPENED, actor=member, target=add)
    assert "OTHERBIRD-3" in page(member)
    add.members.update(ended_at="2026-11-25T00:00Z")
    assert "OTHERBIRD-3" not in page(member)


def test_a_reader_sees_only_what_they_did_themselves(cast, shared):
    record(action=Action.USER_CHANGED, actor=cast["dina"], target=cast["dina"])
    seen = page(cast["dina"])
    assert "changed a user" in seen
    assert "KESTREL-7" not in seen
    assert "Verify" not in seen


def test_sign_ins_of_others_are_for_administrators(cast):
    record(action=Action.SIGNED_IN, actor=cast["ben"], target=cast["ben"])
    assert "Ben Osei</bdi> signed in" in page(cast["emil"])
    assert "Ben Osei</bdi> signed in" not in page(cast["ana"])
    assert "Ben Osei</bdi> signed in" in page(cast["ben"])


def test_a_failed_sign_in_names_nobody_as_its_author(cast):
    record(action=Action.SIGN_IN_FAILED, actor=None, target=cast["ana"])
    text = re.sub(r"<[^>]+>|\s+", " ", page(cast["ana"]))
    assert re.search(r"Somebody\s+failed to sign in:\s+Ana Lindqvist", text)


def test_codes_read_as_words_before_and_after(cast):
    record(
        action=Action.USER_ROLE_CHANGED,
        actor=cast["emil"],
        target=cast["ana"],
        before={"role": "analyst", "email": "same"},
        after={"role": "advocacy", "email": "same"},
        reason="Moved to the advocacy desk",
    )
    seen = page(cast["emil"])
    for text in ("Analyst", "Advocacy reader", "Moved to the advocacy desk", "1 value"):
        assert text in seen
    assert ">same<" not in seen


def test_filters_by_person_action_object_and_time(cast, shared):
    record(action=Action.USER_CHANGED, actor=cast["emil"], target=cast["emil"])
    emil, carla = cast["emil"], cast["carla"]
    assert "changed a user" in page(emil, person=emil.pk, action="user.changed")
    assert "No entry fits" in page(emil, person=carla.pk, action="user.changed")
    assert "KESTREL-7" in page(carla, object="kestrel-7")
    assert "No entry fits" in page(carla, object="kestrel")
    day = AuditEntry.objects.first().at.date().isoformat()
    assert "KESTREL-7" in page(carla, since=day, until=day, object="KESTREL-7")
    assert "No entry fits" in page(carla, until="2001-01-01")


def test_moments_read_as_dates_and_what_only_looks_like_one_stays(cast):
    record(
        action=Action.USER_CHANGED,
        actor=cast["emil"],
        target=cast["emil"],
        after={"until": NOON, "odd": "2026-99-99T99:99+00:00"},
    )
    seen = page(cast["emil"])
    assert "24 Nov 2026, 12:00 UTC" in seen
    assert "2026-99-99T99:99+00:00" in seen


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"action": "no.such"},
        {"person": "9999999"},
        {"object": "a\u202eb"},
        {"object": "x" * 301},
    ],
)
def test_a_filter_that_makes_no_sense_says_so(cast, query):
    client = Client()
    client.force_login(cast["emil"])
    response = client.get(PAGE, query)
    assert response.status_code == 400
    assert "There is a problem" in response.content.decode()


@pytest.mark.parametrize("moment", ["x", "2026-13-45", "2026-11-24T12:00:00"])
def test_a_page_address_that_makes_no_sense_shows_the_newest(cast, moment):
    assert "Newest first" in page(cast["emil"], before=moment, after=moment)


def test_pages_hold_fifty_and_stay_where_they_are_when_entries_come(cast):
    emil = cast["emil"]
    client = Client()
    client.force_login(emil)

    def steps(address):
        seen = client.get(address).content.decode()
        older = re.search(r'rel="next" href="([^"]+)"', seen)
        newer = re.search(r'rel="prev" href="([^"]+)"', seen)
        found = [int(n) for n in re.findall(r"Step (\d+)<", seen)]
        links = [
            PAGE + m[1].replace("&amp;", "&") if m else None for m in (older, newer)
        ]
        return found, *links

    for step in range(120):
        record(
            action=Action.USER_CHANGED, actor=emil, target=emil, reason=f"Step {step}"
        )
    first, older, newer = steps(PAGE + "?action=user.changed")
    assert (first, newer) == (list(range(119, 69, -1)), None)
    record(action=Action.USER_CHANGED, actor=emil, target=emil, reason="Step 120")
    second, older, newer = steps(older)
    assert second == list(range(69, 19, -1))
    third, last, _ = steps(older)
    assert (third, last) == (list(range(19, -1, -1)), None)
    assert steps(newer)[0] == first


def test_the_page_costs_the_same_for_two_entries_and_for_forty(
    cast, django_assert_num_queries, django_assert_max_num_queries
):
    ana, client = cast["ana"], Client()
    client.force_login(ana)
    client.get(PAGE)
    with django_assert_max_num_queries(8) as few:
        client.get(PAGE)
    for number in range(40):
        case = make_case(lead=cast["carla"], code=f"KESTREL-{number}X")
        record(action=Action.CASE_OPENED, actor=cast["carla"], target=case)
    with django_assert_num_queries(len(few)):
        client.get(PAGE)


def test_verifying_covers_entries_that_the_reader_may_not_see(cast, walled):
    client = Client()
    client.force_login(cast["ana"])
    before = AuditEntry.objects.count()
    seen = client.post(PAGE + "verify/").content.decode()
    assert f"{before} entries hold" in seen
    assert "SECRETBIRD" not in seen
    assert AuditEntry.objects.latest("seq").action == "audit.verified"
    assert client.get(PAGE + "verify/").status_code == 405


def test_the_csv_holds_what_the_page_holds_and_no_formula(cast, walled, shared):
    record(
        action=Action.USER_CHANGED,
        actor=cast["ana"],
        target=cast["ana"],
        reason='=HYPERLINK("http://example.org")',
    )
    client = Client()
    client.force_login(cast["ana"])
    response = client.post(PAGE + "entries.csv?person=" + str(cast["ana"].pk))
    assert response["Content-Disposition"].startswith("attachment")
    text = b"".join(response.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["time", "who", "did", "about"]
    assert {row[1] for row in rows[1:]} == {"Ana Lindqvist"}
    assert '\'=HYPERLINK("http://example.org")' in {row[4] for row in rows}
    assert all(line.startswith('"') for line in text.splitlines())

    everything = b"".join(client.post(PAGE + "entries.csv").streaming_content).decode()
    assert "KESTREL-7" in everything
    assert "SECRETBIRD" not in everything
    assert AuditEntry.objects.latest("seq").action == "audit.exported"


def test_who_takes_the_log_leaves_no_word_of_what_was_asked_for(cast, walled):
    client = Client()
    client.force_login(cast["carla"])
    query = f"?object=SECRETBIRD-9&person={cast['carla'].pk}"
    answer = client.post(PAGE + "entries.csv" + query)
    text = b"".join(answer.streaming_content).decode()
    entry = AuditEntry.objects.latest("seq")
    taken = len(list(csv.reader(io.StringIO(text)))) - 1
    assert f'"entries":{taken}' in entry.words
    assert '"filters":["object","person"]' in entry.words
    assert "SECRETBIRD" not in entry.words
    client.force_login(cast["emil"])
    page = client.get(PAGE, {"action": "audit.exported"}).content.decode()
    assert "object, person" in page
    assert "SECRETBIRD" not in page


def test_readers_neither_verify_nor_take_the_log_along(cast):
    client = Client()
    client.force_login(cast["dina"])
    assert client.post(PAGE + "verify/").status_code == 403
    assert client.post(PAGE + "entries.csv").status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_a_cell_is_never_a_formula(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell("plain = text") == "plain = text"

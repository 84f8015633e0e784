"""Fay audits: she reads what every colleague could, and the rest by its hash."""

import csv
import io
import json
import re

import pytest

from accounts.audit import verify_log
from accounts.audit.actions import Action
from accounts.audit.erasing import erase_words
from accounts.audit.record import record
from accounts.audit.verify_log import read_log, verify
from accounts.models import AuditEntry
from cases.choices import CaseLevel
from tests.factories import NOON, make_case

pytestmark = pytest.mark.django_db
PAGE = "/administration/audit/"
SEALED = "An entry about something that you may not see"


@pytest.fixture
def walled(carla):
    case = make_case(lead=carla, level=CaseLevel.WALLED, code="SECRETBIRD-9")
    record(action=Action.CASE_OPENED, actor=carla, target=case, reason="quietreason")
    return case


@pytest.fixture
def shared(carla):
    case = make_case(lead=carla, code="KESTREL-7")
    record(action=Action.CASE_OPENED, actor=carla, target=case, reason="An open reason")
    return case


@pytest.fixture
def get(fay, as_user):
    client = as_user(fay)

    def ask(**query):
        response = client.get(PAGE, query)
        assert response.status_code == 200
        return response.content.decode()

    return ask


def test_she_reads_what_colleagues_could_and_users_and_settings(
    get, carla, emil, ana, shared
):
    record(action=Action.SIGNED_IN, actor=ana, target=ana)
    record(action=Action.USER_CHANGED, actor=emil, target=ana, reason="A new desk")
    text = re.sub(r"<[^>]+>|\s+", " ", get())
    for said in (
        "KESTREL-7",
        "An open reason",
        "Ana Lindqvist signed in",
        "A new desk",
    ):
        assert re.search(said.replace(" ", r"\s+"), text), said
    assert SEALED not in text


@pytest.mark.parametrize("level", [CaseLevel.WALLED, CaseLevel.RESTRICTED])
def test_a_file_of_named_people_is_a_time_and_a_hash(get, carla, level):
    case = make_case(lead=carla, level=level, code="SECRETBIRD-9")
    entry = record(
        action=Action.CASE_OPENED, actor=carla, target=case, reason="quietreason"
    )
    seen = get()
    assert SEALED in seen
    assert entry.hash in seen
    for word in ("SECRETBIRD", "quietreason", "opened a case file", f">{carla.name}<"):
        assert word not in seen.split("<table", 1)[1], word


def test_no_filter_but_time_tells_what_a_sealed_entry_is_about(get, carla, walled):
    day = AuditEntry.objects.latest("seq").at.date().isoformat()
    assert SEALED in get(since=day, until=day)
    for query in (
        {"person": carla.pk},
        {"action": "case.opened"},
        {"action": "case."},
        {"object": "SECRETBIRD-9"},
    ):
        assert SEALED not in get(**query), query


def test_counsels_notes_are_sealed_also_in_open_files(get, carla, shared):
    record(
        action=Action.CASE_NOTE_ADDED,
        actor=carla,
        target=shared,
        after={"text": "quietnote", "counsel_only": True},
    )
    assert "quietnote" not in get()
    assert SEALED in get()


def test_what_no_longer_stands_is_sealed(get, carla, shared):
    record(action=Action.CASE_CHANGED, actor=carla, target=shared, reason="quietgone")
    shared.members.all().delete()
    shared.links.all().delete()
    shared.delete()
    assert "quietgone" not in get()


def test_nobody_else_is_shown_sealed_entries(ana, emil, olga, as_user, walled):
    for person in (ana, emil, olga):
        assert SEALED not in as_user(person).get(PAGE).content.decode()


def test_the_csv_seals_as_the_page_does(fay, carla, as_user, walled, shared):
    answer = as_user(fay).post(PAGE + "entries.csv")
    text = b"".join(answer.streaming_content).decode()
    assert "SECRETBIRD" not in text
    assert "quietreason" not in text
    sealed = [row for row in csv.reader(io.StringIO(text)) if row[2] == SEALED]
    assert [(row[1], row[3], row[6]) for row in sealed] == [("", "", "")]
    assert "KESTREL-7" in text


def taken(client):
    answer = client.post(PAGE + "log.jsonl")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_the_whole_log_holds_without_the_app(fay, carla, as_user, walled, shared):
    for step in range(1100):
        record(action=Action.USER_CHANGED, actor=carla, target=carla, reason=f"{step}")
    text = taken(as_user(fay))
    head, rows = read_log(text.splitlines())
    verdict = verify(rows, head)
    assert verdict.problems == ()
    assert verdict.entries == AuditEntry.objects.count() > 1100
    assert verdict.withheld == 1
    assert "SECRETBIRD" not in text
    assert "quietreason" not in text
    assert AuditEntry.objects.latest("seq").action == "audit.taken"


def test_erased_words_are_explained_or_sealed_in_it(fay, carla, as_user, walled):
    mine = record(action=Action.USER_CHANGED, actor=carla, target=carla, reason="gone")
    case_entry = AuditEntry.objects.get(action="case.opened")
    erase_words(entries=[mine.seq], actor=carla, reason="Asked for", at=NOON)
    erase_words(
        entries=[case_entry.seq], actor=carla, reason="x", at=NOON, target=walled
    )
    head, rows = read_log(taken(as_user(fay)).splitlines())
    verdict = verify(rows, head)
    assert verdict.problems == ()
    assert (verdict.erased, verdict.withheld) == (1, 2)


def test_taking_it_asks_who_is_there_once_more(fay, as_user):
    answer = as_user(fay, stale=True).post(PAGE + "log.jsonl")
    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(action="audit.taken").exists()


def test_only_auditors_take_it(ana, emil, dina, as_user):
    for person in (ana, emil, dina):
        assert as_user(person).post(PAGE + "log.jsonl").status_code == 403


def test_the_program_that_checks_it_is_the_one_that_the_app_uses(ana, as_user):
    answer = as_user(ana).get(PAGE + "verify_log.py")
    assert answer["Content-Disposition"] == 'attachment; filename="verify_log.py"'
    with open(verify_log.__file__, "rb") as file:  # noqa: PTH123
        assert answer.content == file.read()


def test_pasted_anchors_are_held_against_the_log(fay, as_user):
    client = as_user(fay)
    entry = record(action=Action.SIGNED_IN, actor=fay, target=fay)
    mail = f"Dear Fay,\n\n> audit entry {entry.seq} of {NOON:%Y}, hash {entry.hash}\n"
    good = client.post(PAGE + "verify/", {"anchors": mail}).content.decode()
    assert "the log fits 1 anchor" in good
    told = AuditEntry.objects.latest("seq")
    assert json.loads(told.words)["after"]["anchors"] == 1

    forged = mail.replace(entry.hash, "0" * 64)
    bad = client.post(PAGE + "verify/", {"anchors": forged}).content.decode()
    assert "The log does not hold" in bad
    assert f"Entry {entry.seq}: an anchor has another hash" in bad

    none = client.post(PAGE + "verify/", {"anchors": "hello"})
    assert none.status_code == 400
    assert "no anchor in this text" in none.content.decode()

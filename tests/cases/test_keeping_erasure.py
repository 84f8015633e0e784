"""Erasure: two people, seven days, then rows, files and words go and a stone stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.audit.check import check_log
from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel, ErasureScope, ExportProfile, ExportState
from cases.exports import store
from cases.files.access import CaseRefused
from cases.files.barring import bar
from cases.files.services import change_case
from cases.keeping.erasures import (
    WAIT,
    ask_erasure,
    confirm_erasure,
    erase_due,
    stop_erasure,
)
from cases.keeping.holds import place_hold
from cases.keeping.replay import replay
from cases.keeping.tombstone_list import stone_of
from cases.models import CaseFile, CaseNote, Erasure, Export, Tombstone
from notices.choices import FactKind, Level
from notices.models import PersonFact
from tests.factories import NOON, make_case, make_user

pytestmark = pytest.mark.django_db
SECRET = "quietword"


@pytest.fixture
def case(carla, ana) -> CaseFile:
    """A restricted file with a note, a finished copy and words in the log."""
    case = make_case(
        lead=carla, members=(ana,), code="HERON-1", level=CaseLevel.RESTRICTED
    )
    CaseNote.objects.create(
        case=case, kind="note", text=SECRET, author=carla, written_at=NOON
    )
    Export.objects.create(
        case=case,
        requested_by=carla,
        requested_at=NOON,
        profile=ExportProfile.INTERNAL,
        purpose=SECRET,
        recipient="Court",
        state=ExportState.READY,
        path="copy.pdf",
        sha256="0" * 64,
        expires_at=NOON,
    )
    (store.folder() / "copy.pdf").write_text(SECRET)
    change_case(
        case=case, actor=carla, seen_version=0, summary=SECRET, public_consent=""
    )
    return case


def test_an_administrator_who_is_barred_finds_no_wish(case, carla, emil, as_user):
    bar(case=case, user=emil, actor=carla, reason="Two sides", at=NOON)
    wish = ask(case, carla)
    client = as_user(emil)
    assert "Asked by the client" not in client.get("/administration/keeping/").text
    for act in ("perform", "stop"):
        for key in (wish.key, "nothing"):
            address = f"/administration/keeping/erasures/{key}/{act}/"
            assert client.post(address, {"reason": "x"}).status_code == 404
    with pytest.raises(CaseRefused, match="answered already"):
        confirm_erasure(erasure=wish, actor=emil, at=NOON)
    wish.refresh_from_db()
    assert (wish.confirmed_at, wish.stopped_at) == (None, None)


def ask(case, carla, scope=ErasureScope.FILE):
    return ask_erasure(
        case=case, scope=scope, actor=carla, reason="Asked by the client", at=NOON
    )


def test_a_lawyer_asks_an_administrator_performs_and_a_week_passes(
    case, carla, ana, emil, olga, as_user, django_capture_on_commit_callbacks
):
    answer = as_user(carla).post(
        "/cases/HERON-1/keeping/erase/",
        {"scope": "file", "reason": "Asked by the client"},
        follow=True,
    )
    assert "waits for an administrator" in answer.content.decode()
    wish = Erasure.objects.get()
    admin = as_user(emil)
    assert "Waits for a second person" in admin.get("/").content.decode()
    assert "Asked to be erased" not in as_user(ana).get("/").content.decode()
    page = admin.get("/administration/keeping/").content.decode()
    assert "A file that you may not open" in page
    assert "Asked by the client" in page
    assert "HERON" not in page
    admin.post(f"/administration/keeping/erasures/{wish.key}/perform/")
    wish.refresh_from_db()
    assert wish.confirmed_by == emil
    assert "Asked to be erased" in as_user(ana).get("/").content.decode()
    for other in (olga, emil):
        assert "Asked to be erased" not in as_user(other).get("/").content.decode()

    assert erase_due(at=wish.due_at - timedelta(seconds=1)) == []
    assert "It is erased after" in (
        as_user(ana).get("/cases/HERON-1/keeping/").content.decode()
    )
    with django_capture_on_commit_callbacks(execute=True):
        (stone,) = erase_due(at=wish.due_at)

    assert not CaseFile.objects.filter(code="HERON-1").exists()
    assert not CaseNote.objects.exists()
    assert not Export.objects.exists()
    assert not (store.folder() / "copy.pdf").exists()
    assert not AuditEntry.objects.filter(words__contains=SECRET).exists()
    assert check_log().verdict.ok
    assert (stone.code, stone.object_id) == ("HERON-1", case.pk)
    assert (stone.asked_by, stone.performed_by) == (carla, emil)
    for reader, sees in ((carla, True), (ana, True), (olga, False), (emil, False)):
        page = as_user(reader).get("/cases/gone/").content.decode()
        assert ("Asked by the client" in page) is sees, reader
        assert ("HERON-1" in page) is sees, reader
        assert as_user(reader).get("/cases/HERON-1/").status_code == 404
    assert erase_due(at=wish.due_at) == []


def test_asking_and_performing_need_a_fresh_proof(case, carla, emil, as_user):
    stale = as_user(carla, stale=True)
    stale.post("/cases/HERON-1/keeping/erase/", {"scope": "file", "reason": "Now"})
    assert not Erasure.objects.exists()
    wish = ask(case, carla)
    stale = as_user(emil, stale=True)
    stale.post(f"/administration/keeping/erasures/{wish.key}/perform/")
    wish.refresh_from_db()
    assert wish.confirmed_at is None


def test_nobody_else_asks_or_performs(case, carla, ana, olga, as_user):
    form = {"scope": "file", "reason": "Now"}
    address = "/cases/HERON-1/keeping/erase/"
    assert as_user(ana).post(address, form).status_code == 403
    assert as_user(olga).post(address, form).status_code == 404
    wish = ask(case, carla)
    for colleague in (carla, ana, olga):
        answer = as_user(colleague).post(
            f"/administration/keeping/erasures/{wish.key}/perform/"
        )
        assert answer.status_code == 403


def test_one_person_is_never_both(case, carla):
    wish = ask(case, carla)
    with pytest.raises(IntegrityError, match="erasure_by_two"), transaction.atomic():
        Erasure.objects.filter(pk=wish.pk).update(
            confirmed_by=carla, confirmed_at=NOON, due_at=NOON + WAIT
        )
    with pytest.raises(IntegrityError, match="waits_after"), transaction.atomic():
        Erasure.objects.filter(pk=wish.pk).update(
            confirmed_by=make_user("Emil Novak", Role.ADMINISTRATOR),
            confirmed_at=NOON,
            due_at=NOON,
        )


def test_a_held_file_is_not_erased_at_any_step(case, carla, emil, as_user):
    wish = ask(case, carla)
    confirm_erasure(erasure=wish, actor=emil, at=NOON)
    place_hold(case=case, actor=carla, reason="Proceedings", at=NOON)
    assert erase_due(at=NOON + WAIT) == []
    assert CaseFile.objects.filter(pk=case.pk).exists()
    page = as_user(emil).get("/administration/keeping/").content.decode()
    assert "waits: a legal hold stands" in page
    answer = as_user(carla).post(
        "/cases/HERON-1/keeping/erase/", {"scope": "person", "reason": "Now"}
    )
    assert answer.status_code == 422
    assert "A legal hold stands" in answer.content.decode()


@pytest.mark.parametrize("who", ["carla", "emil"])
def test_within_the_week_it_can_be_stopped(case, carla, emil, as_user, who):
    wish = ask(case, carla)
    confirm_erasure(erasure=wish, actor=emil, at=NOON)
    if who == "carla":
        as_user(carla).post(
            "/cases/HERON-1/keeping/stop/", {"scope": "file", "reason": "A mistake"}
        )
    else:
        as_user(emil).post(
            f"/administration/keeping/erasures/{wish.key}/stop/",
            {"reason": "A mistake"},
        )
    wish.refresh_from_db()
    assert wish.stopped_by == (carla if who == "carla" else emil)
    assert erase_due(at=NOON + WAIT) == []
    assert CaseFile.objects.filter(pk=case.pk).exists()


def test_the_protected_facts_of_a_person_go_and_the_file_stays(case, carla, emil):
    def fact(kind, value):
        return PersonFact.objects.create(
            person=case.person,
            kind=kind,
            value=value,
            level=Level.ALLEGED,
            source="The client",
            recorded_by=carla,
            recorded_at=NOON,
        )

    fact(FactKind.LOCATION, "Where they hide")
    stays = fact(FactKind.PROFESSION, "journalist")
    confirm_erasure(erasure=ask(case, carla, ErasureScope.PERSON), actor=emil, at=NOON)
    (stone,) = erase_due(at=NOON + WAIT)
    assert list(PersonFact.objects.filter(person=case.person)) == [stays]
    assert CaseFile.objects.filter(pk=case.pk).exists()
    assert stone.kind == ErasureScope.PERSON
    assert erase_due(at=NOON + WAIT) == []
    assert Tombstone.objects.count() == 1


def test_a_restored_file_is_erased_again_by_its_stone(case, carla, emil):
    confirm_erasure(erasure=ask(case, carla), actor=emil, at=NOON)
    (stone,) = erase_due(at=NOON + WAIT)
    travelling = stone_of(stone)
    assert replay(stone=travelling, at=NOON) is False  # it is here already
    Tombstone.objects.all().delete()
    assert replay(stone=travelling, at=NOON) is False  # what it stands for is not
    back = make_case(lead=carla, code="HERON-1", pk=travelling.object_id)
    place_hold(case=back, actor=carla, reason="Of an older day", at=NOON)
    assert replay(stone=travelling, at=NOON + 9 * WAIT) is True
    assert not CaseFile.objects.filter(code="HERON-1").exists()
    again = Tombstone.objects.get()
    assert stone_of(again) == travelling
    assert check_log().verdict.ok


def test_facts_that_a_backup_brings_back_go_again(case, carla, emil):
    confirm_erasure(erasure=ask(case, carla, ErasureScope.PERSON), actor=emil, at=NOON)
    (stone,) = erase_due(at=NOON + WAIT)
    travelling = stone_of(stone)
    Tombstone.objects.all().delete()
    PersonFact.objects.create(
        person=case.person,
        kind=FactKind.FAMILY,
        value="A sister",
        level=Level.ALLEGED,
        source="The client",
        recorded_by=carla,
        recorded_at=NOON,
    )
    assert replay(stone=travelling, at=NOON) is True
    assert not PersonFact.objects.exists()


def test_nobody_barred_from_the_file_stops_its_erasure_by_any_door(case, carla, emil):
    wish = ask_erasure(
        case=case, scope=ErasureScope.FILE, actor=carla, reason="Asked", at=NOON
    )
    bar(case=case, user=emil, actor=carla, reason="x", at=NOON)
    with pytest.raises(CaseRefused, match="answered already"):
        stop_erasure(erasure=wish, actor=emil, reason="x", at=NOON)
    wish.refresh_from_db()
    assert wish.stopped_at is None

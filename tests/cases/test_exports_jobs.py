"""How an export moves: claimed once, fenced, leased, swept, expired."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from cases.choices import CaseLevel, ExportState
from cases.exports import jobs, services, store
from cases.exports.services import (
    ExportRefused,
    open_download,
    render_export,
    request_export,
)
from cases.exports.sweep import sweep
from cases.models import CaseFile, CaseMember, Export
from tests.cases.filled_case import fill_case
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=24)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def filled():
    return fill_case()


@pytest.fixture
def export(filled) -> Export:
    return request_export(
        case=filled.case,
        actor=filled.carla,
        at=NOON,
        profile="counsel",
        export_format="json",
        purpose="A request",
        recipient="Counsel abroad",
    )


def lease_ended(export: Export) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Export.objects.filter(pk=export.pk).update(lease_until=past)


def state_of(export: Export) -> str:
    return Export.objects.get(pk=export.pk).state


def test_asking_leaves_a_row_and_an_entry_with_why_and_for_whom(export):
    assert export.state == ExportState.QUEUED
    entry = AuditEntry.objects.get(action="export.requested")
    assert '"reason":"A request"' in entry.words
    assert '"recipient":"Counsel abroad"' in entry.words


def test_a_finished_copy_has_its_hash_head_and_a_day_to_live(export, files):
    head = AuditEntry.objects.order_by("-seq").first().hash
    made = render_export(export_id=export.pk, at=NOON)
    assert made.state == ExportState.READY
    assert made.audit_head == head
    assert made.expires_at == LATER
    (path,) = files.iterdir()
    assert path.name == made.path
    assert export.case.code not in path.name
    assert made.requested_by.name.split()[0].lower() not in path.name
    assert path.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.filter(action="export.ready").count() == 1


def test_two_workers_make_one_copy(export, files):
    first = render_export(export_id=export.pk, at=NOON)
    second = render_export(export_id=export.pk, at=NOON)
    assert first is not None
    assert second is None
    assert len(list(files.iterdir())) == 1
    assert Export.objects.get(pk=export.pk).attempt == 1


def test_only_one_claim_of_two_succeeds(export):
    assert jobs.claim(export.pk) == 1
    assert jobs.claim(export.pk) is None


def test_a_worker_that_slept_past_its_lease_changes_nothing(export, files):
    slept = jobs.Claim(export.pk, jobs.claim(export.pk))
    lease_ended(export)
    assert sweep(at=NOON) == [export.pk]
    made = render_export(export_id=export.pk, at=NOON)
    assert made.attempt == 2
    for late in (
        lambda: slept.go_on("late"),
        lambda: slept.move_to_checking("late"),
        lambda: slept.finish(path="late", sha256="late", expires_at=LATER),
        lambda: slept.block("late"),
    ):
        with pytest.raises(jobs.Fenced):
            late()
    assert slept.fail("late") is None
    now = Export.objects.get(pk=export.pk)
    assert (now.state, now.path, now.failure) == (ExportState.READY, made.path, "")


def test_a_worker_that_is_overtaken_while_it_renders_leaves_no_file(
    export, files, monkeypatch
):
    real = services.RENDERERS["json"]

    def overtaken(document):
        Export.objects.filter(pk=export.pk).update(attempt=7)
        return real(document)

    monkeypatch.setitem(services.RENDERERS, "json", overtaken)
    assert render_export(export_id=export.pk, at=NOON) is None
    assert list(files.iterdir()) == []
    assert state_of(export) == ExportState.RENDERING


def test_a_running_job_with_a_good_lease_is_left_alone(export):
    jobs.claim(export.pk)
    assert sweep(at=NOON) == []
    assert state_of(export) == ExportState.RENDERING


def test_after_three_tries_it_fails_in_words_and_others_go_on(export):
    for attempt in (1, 2, 3):
        assert jobs.claim(export.pk) == attempt
        lease_ended(export)
        sweep(at=NOON)
    failed = Export.objects.get(pk=export.pk)
    assert failed.state == ExportState.FAILED
    assert "in 3 tries" in failed.failure
    assert failed.key in failed.failure
    assert sweep(at=NOON) == []
    assert AuditEntry.objects.filter(action="export.failed").count() == 1


def test_a_copy_expires_after_a_day_and_its_file_goes(export, files, filled):
    made = render_export(export_id=export.pk, at=NOON)
    assert open_download(export=made, reader=filled.carla, at=NOON).is_file()
    with pytest.raises(ExportRefused, match="no longer there"):
        open_download(export=made, reader=filled.carla, at=LATER)
    sweep(at=LATER - timedelta(seconds=1))
    assert state_of(export) == ExportState.READY
    sweep(at=LATER)
    sweep(at=LATER)
    assert state_of(export) == ExportState.EXPIRED
    assert list(files.iterdir()) == []
    assert AuditEntry.objects.filter(action="export.expired").count() == 1
    made.refresh_from_db()
    with pytest.raises(ExportRefused):
        open_download(export=made, reader=filled.carla, at=NOON)


def test_a_file_without_a_row_goes_after_a_day(export, files):
    made = render_export(export_id=export.pk, at=NOON)
    stray, fresh = files / "stray.pdf", files / "fresh.pdf.part"
    for path in (stray, fresh):
        path.write_text("x")
    old = (NOON - timedelta(hours=25)).timestamp()
    os.utime(stray, (old, old))
    os.utime(fresh, (NOON.timestamp(), NOON.timestamp()))
    os.utime(store.path_of(made), (old, old))
    sweep(at=NOON)
    assert {path.name for path in files.iterdir()} == {made.path, fresh.name}


@pytest.mark.parametrize("loss", ["membership", "level", "role", "account"])
def test_rights_lost_before_it_is_made_end_it_in_words(export, filled, loss):
    take_away(loss, filled)
    render_export(export_id=export.pk, at=NOON)
    failed = Export.objects.get(pk=export.pk)
    assert failed.state == ExportState.FAILED
    assert "may no longer take it" in failed.failure


def test_rights_lost_while_the_pages_are_set_end_it_too(
    export, filled, files, monkeypatch
):
    real = services.RENDERERS["json"]

    def meanwhile(document):
        take_away("membership", filled)
        return real(document)

    monkeypatch.setitem(services.RENDERERS, "json", meanwhile)
    render_export(export_id=export.pk, at=NOON)
    assert state_of(export) == ExportState.FAILED
    assert list(files.iterdir()) == []


def test_a_full_disk_is_a_sentence_and_leaves_no_file(export, files, monkeypatch):
    def full(self, content):
        os.close(self._handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.StoredFile, "write", full)
    render_export(export_id=export.pk, at=NOON)
    failed = Export.objects.get(pk=export.pk)
    assert failed.state == ExportState.FAILED
    assert "is the disk full?" in failed.failure
    assert list(files.iterdir()) == []


def test_nothing_is_downloaded_that_is_not_recorded(export, filled):
    made = render_export(export_id=export.pk, at=NOON)
    open_download(export=made, reader=filled.carla, at=NOON)
    entry = AuditEntry.objects.get(action="export.downloaded")
    assert entry.actor_id_text == str(filled.carla.pk)


def take_away(loss: str, filled) -> None:
    carla = filled.carla
    if loss == "membership":
        CaseMember.objects.filter(user=carla).update(ended_at=NOON)
    elif loss == "level":
        CaseMember.objects.filter(user=carla).update(ended_at=NOON)
        CaseFile.objects.update(level=CaseLevel.RESTRICTED)
    elif loss == "role":
        type(carla).objects.filter(pk=carla.pk).update(role="analyst")
    else:
        type(carla).objects.filter(pk=carla.pk).update(is_active=False)

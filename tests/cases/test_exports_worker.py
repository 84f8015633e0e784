"""One copy through the page, the broker and a real worker, and one worker killed."""

from datetime import timedelta

import pypdfium2
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, AuditHead
from cases.choices import ExportState
from cases.exports import store
from cases.exports.tasks import ring_waiting
from cases.models import Export
from tests.cases.documents import ARABIC, CHINESE, CYRILLIC, PERSIAN, RUSSIAN
from tests.cases.filled_case import Filled, fill_case
from tests.services import wait_until

ASKED = {
    "profile": "counsel",
    "export_format": "pdf",
    "purpose": "Access request",
    "recipient": "Counsel abroad",
}


@pytest.fixture
def own_files(settings, tmp_path) -> str:
    """A data folder that this process and the worker share, and nobody else."""
    settings.FILES_DIR = tmp_path / "data" / "files"
    return str(tmp_path / "data")


def ask(filled: Filled) -> tuple[Client, Export]:
    client = Client()
    client.force_login(filled.carla)
    address = reverse("case-exports", args=[filled.case.code])
    assert client.post(address, ASKED).status_code == 302
    return client, Export.objects.get()


def has_state(export: Export, *states: str) -> bool:
    return Export.objects.filter(pk=export.pk, state__in=states).exists()


def files() -> list[str]:
    return sorted(path.name for path in store.folder().iterdir())


def test_a_copy_asked_for_on_the_page_is_made_by_the_worker(
    start_worker, django_db_blocker, own_files
):
    with django_db_blocker.unblock():
        filled = fill_case()
        start_worker(TRACKER_DATA_DIR=own_files)
        client, export = ask(filled)
        wait_until(lambda: has_state(export, ExportState.READY, ExportState.FAILED))
        page = client.get(reverse("export", args=[export.key])).text
        assert "The copy is ready" in page
        file = client.get(reverse("export-file", args=[export.key]))
        content = b"".join(file.streaming_content)
        export.refresh_from_db()
        assert export.attempt == 1
        with pypdfium2.PdfDocument(content) as pdf:
            assert len(pdf) == export.pages
            text = "".join(page.get_textpage().get_text_range() for page in pdf)
        one_line = " ".join(text.split())
        for words in (CYRILLIC, RUSSIAN, ARABIC, PERSIAN, CHINESE):
            assert words in one_line


def test_a_killed_worker_leaves_nothing_half_done_and_another_takes_over(
    start_worker, django_db_blocker, own_files
):
    with django_db_blocker.unblock():
        filled = fill_case()
        worker = start_worker(TRACKER_DATA_DIR=own_files)
        export = Export.objects.create(
            case=filled.case,
            requested_by=filled.carla,
            requested_at=timezone.now(),
            profile="counsel",
            purpose="x",
            recipient="y",
        )
        # While the head of the log is locked, the worker stands just before the end.
        with transaction.atomic():
            AuditHead.objects.select_for_update().get(pk=1)
            ring_waiting()
            wait_until(lambda: has_state(export, ExportState.CHECKING))
            wait_until(lambda: any(name.endswith(".pdf") for name in files()))
            worker.kill()
        export.refresh_from_db()
        assert export.state == ExportState.CHECKING
        assert not AuditEntry.objects.filter(action="export.ready").exists()

        past = timezone.now() - timedelta(seconds=1)
        Export.objects.filter(pk=export.pk).update(lease_until=past)
        start_worker(TRACKER_DATA_DIR=own_files)
        ring_waiting()
        wait_until(lambda: has_state(export, ExportState.READY, ExportState.FAILED))
        export.refresh_from_db()
        assert (export.state, export.attempt) == (ExportState.READY, 2)
        assert AuditEntry.objects.filter(action="export.ready").count() == 1
        assert export.path in files()
        assert settings.FILES_DIR in store.path_of(export).parents

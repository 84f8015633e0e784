"""Files from outside: named by content, counted while unpacked, never served again."""

import io
import stat
import tarfile
import zipfile

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from cases.intake import store
from cases.intake.services import run_import
from config.access import RULES
from notices.choices import RunState
from notices.models import FeedRun
from tests.factories import make_user
from tests.security.asking import ROUTES

pytestmark = pytest.mark.django_db
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]>'
ROW = b'[{"entity_id": "2026/1", "name": "VALTESKU", "forename": "Miron"}]'


@pytest.fixture
def send(db):
    client = Client(raise_request_exception=False)
    client.force_login(
        make_user("Ana Lindqvist", Role.ANALYST),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    def post(name, content, kind="application/json"):
        upload = SimpleUploadedFile(name, content, content_type=kind)
        form = {"uploads": upload, "source_format": "auto", "is_dry_run": "on"}
        return client.post("/imports/new/", form)

    return post


def archive(names, *, content=b"x"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return file.getvalue()


def tar(name, content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as made:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        made.addfile(info, io.BytesIO(content))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", b"%PDF-1.7 something"),
        ("list.csv", b"\x89PNG\r\n\x1a\n"),
        ("list.json", b"\x7fELF\x02\x01\x01"),
        ("list.json", b"MZ\x90\x00"),
        ("list.json", b"<html><script>alert(1)</script></html>"),
        (
            "list.csv",
            ENTITY,
        ),
        ("list.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("list.xlsx", archive(["../../etc/cron.d/x", "/etc/passwd"])),
        ("list.tar.gz", tar("../../x", ROW)),
        ("list.zip", archive(["list.json"], content=ROW)),
        ("list.xlsx", ROW),
        ("list.json", archive(["[Content_Types].xml"])),
        ("list.json", b""),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused_in_a_sentence(send, name, content):
    answer = send(name, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert FeedRun.objects.count() == 0
    folder = django_settings.FILES_DIR / "feeds"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_an_archive_is_counted_while_it_unpacks(send):
    """Its own headers say what they like: 30 MB of zeros are 30 kB here."""
    parts = ["[Content_Types].xml", "xl/workbook.xml"]
    bomb = archive(parts, content=b"\0" * (30 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert send("list.xlsx", bomb).status_code == 302
    run = FeedRun.objects.get()
    ended = run_import(run_id=run.pk, at=timezone.now(), clock=timezone.now)
    assert ended.state == RunState.FAILED
    assert "unpacks to far more" in ended.failure


def test_more_than_may_be_is_dropped_at_once(send, monkeypatch):
    monkeypatch.setattr("cases.intake.upload.LARGEST", 1000)
    answer = send("list.json", ROW * 100)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert FeedRun.objects.count() == 0


def test_the_original_lies_outside_the_web_read_only_under_its_hash(send):
    assert send("../../../static/js/app.js", ROW).status_code == 302
    (path,) = (django_settings.FILES_DIR / "feeds").iterdir()
    assert len(path.name) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert not path.is_relative_to(django_settings.BASE_DIR / "static")
    (file,) = FeedRun.objects.get().files
    assert file["name"] == "app.js"
    assert store.path_of({"path": "../../etc/passwd"}).parent == path.parent


def test_no_route_gives_an_uploaded_file_back():
    """What leaves as a file is made here: copies of case files, tables, the log."""
    files = {
        name for name in RULES if name.endswith(("-file", "-csv", "-rows", "-log"))
    }
    made = {"export-file", "audit-csv", "events-csv", "run-rows", "audit-log"}
    assert files <= made | {"audit-file"}
    assert not any(
        "feeds/" in route.address and "<" in route.address for route in ROUTES
    )

"""The drill: back up while people write, lose everything, bring it back elsewhere."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.choices import Scope
from accounts.models import ApiToken, User
from cases.choices import DeliveryState, ErasureScope
from cases.intake.store import store
from cases.keeping.erasures import ask_erasure, confirm_erasure, erase_due
from cases.keeping.holds import place_hold
from cases.models import CaseFile, Digest, DigestDelivery, DigestSetting
from config.backup.archive import writing
from config.backup.making import make_backup
from config.backup.manifest import NAME, Manifest
from config.embedded import Installation
from notices.choices import RunState
from notices.models import FeedRun
from tests.factories import NOON, make_case, make_feed, make_user

Manage = Callable[..., subprocess.CompletedProcess[str]]
ASK = """
import json
from accounts.models import *
from cases.models import *
from django.db import connection, transaction
guarded = False
try:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry")
except Exception:
    guarded = True
print(json.dumps({
    "codes": sorted(CaseFile.objects.values_list("code", flat=True)),
    "states": sorted(DigestDelivery.objects.values_list("state", flat=True)),
    "digests_on": DigestSetting.objects.filter(stopped_at=None).count(),
    "tokens": ApiToken.objects.filter(revoked_at=None).count(),
    "stones": list(Tombstone.objects.values_list("code", "reason")),
    "held": list(
        LegalHold.objects.filter(lifted_at=None).values_list("case__code", flat=True)
    ),
    "guarded": guarded,
    "open": list(User.objects.filter(is_active=True).values_list("email", flat=True)),
    "export": User.objects.filter(may_export=True).count(),
    "waiting": User.objects.exclude(held_at=None).count(),
    "sessions": BrowserSession.objects.count(),
    "words": AuditEntry.objects.filter(words__contains="a secret of the file").count(),
}))
"""


@pytest.fixture
def manage(open_tmp: Path) -> Iterator[Manage]:
    """Run a management command on a new, empty data folder."""
    folder = open_tmp / "second"

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=django_settings.BASE_DIR,
            env={"PATH": os.defpath, "TRACKER_DATA_DIR": str(folder), **more},
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    Installation(folder).stop()


@pytest.fixture
def key(settings, open_tmp) -> Path:
    identity = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENTS = [str(identity.to_public())]
    settings.DATA_DIR = open_tmp / "first"
    settings.FILES_DIR = open_tmp / "first" / "files"
    settings.BACKUP_DIR = str(open_tmp / "backups")
    path = open_tmp / "key.txt"
    path.write_text(str(identity))
    return path


def fill() -> CaseFile:
    """Two case files, a file of an import, a token, mails in two states."""
    make_user("Emil Novak", "administrator", email="emil@example.org")
    make_user("Lea Leaver", "analyst", is_active=False)
    carla = make_user("Carla Meyer", "lawyer")
    Client().force_login(carla)
    heron = make_case(lead=carla, code="HERON-1")
    stays = make_case(lead=carla, code="KESTREL-2")
    record(
        action=Action.CASE_CHANGED,
        actor=carla,
        target=heron,
        after={"summary": "a secret of the file"},
    )
    place_hold(case=stays, actor=carla, reason="Proceedings", at=NOON)
    received = store("list.json", io.BytesIO(b"[1]" * 9000))
    FeedRun.objects.create(
        feed=make_feed(),
        state=RunState.COMPLETE,
        created_at=NOON,
        files=[
            {
                "name": received.name,
                "path": received.path,
                "sha256": received.sha256,
                "size": received.size,
            }
        ],
    )
    DigestSetting.objects.create(reader=carla, created_at=NOON, since=NOON)
    for period, state in (("1", DeliveryState.DUE), ("2", DeliveryState.SENT)):
        digest = Digest.objects.create(reader=carla, period=period, created_at=NOON)
        DigestDelivery.objects.create(digest=digest, state=state, sent_at=NOON)
    ApiToken.objects.create(
        owner=carla,
        name="Sheet",
        scopes=[Scope.NOTICES],
        hash="0" * 64,
        start="rnt_",
        created_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )
    return heron


def erase(case: CaseFile) -> None:
    carla = User.objects.get(name="Carla Meyer")
    emil = make_user("Emil Novak", "administrator")
    wish = ask_erasure(
        case=case, scope=ErasureScope.FILE, actor=carla, reason="Asked for", at=NOON
    )
    confirm_erasure(erasure=wish, actor=emil, at=NOON)
    assert erase_due(at=NOON + timedelta(days=7))


def answer(manage: Manage) -> dict[str, object]:
    asked = manage("shell", "--no-imports", "-c", ASK)
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


def test_the_drill(real_database, key, manage, open_tmp):
    heron = fill()
    made = make_backup(out=open_tmp / "backups" / "b.age", at=NOON)
    erase(heron)  # after the backup, which still holds it
    stranger = open_tmp / "stranger.txt"
    stranger.write_text(str(pyrage.x25519.Identity.generate()))
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (open_tmp / "first" / "files").rglob("*")
        if path.is_file()
    }
    shutil.rmtree(open_tmp / "first")

    # Whatever is refused leaves the second installation as empty as it was.
    bad = open_tmp / "backups" / "bad.age"
    whole = bytearray(made.path.read_bytes())
    whole[-1] ^= 1
    bad.write_bytes(whole)
    newer = _newer(open_tmp, key)
    for path, with_key, words in (
        (bad, key, "damaged"),
        (made.path, stranger, "does not open"),
        (newer, key, "newer version"),
        (open_tmp / "nothing.age", key, "no file"),
    ):
        refused = manage("restore", str(path), "--identity", str(with_key))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert words in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
        assert not (open_tmp / "second" / "files").exists()
        assert not list((open_tmp / "second").glob("restore-*"))

    done = manage("restore", str(made.path), "--identity", str(key), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["sha256"], told["tables"]) == (made.sha256, made.tables)
    assert (told["files"], told["log_holds"], told["erased_again"]) == (1, True, 1)
    found = open_tmp / "second" / "files"
    assert hashes == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found.rglob("*")
        if path.is_file()
    }
    assert json.loads(manage("verify_audit", "--json").stdout)["ok"]
    assert answer(manage) == {
        "codes": ["KESTREL-2"],
        "states": ["sent", "unknown"],
        "digests_on": 0,
        "tokens": 0,
        "stones": [["HERON-1", "Asked for"]],
        "words": 0,
        "held": ["KESTREL-2"],
        "guarded": True,
        "open": [],
        "export": 0,
        "waiting": told["accounts_held"],
        "sessions": 0,
    }
    assert told["accounts_held"] > 1
    opened = manage("add_administrator", "emil@example.org", "--name", "Emil Novak")
    assert opened.returncode == 0, opened.stderr
    assert answer(manage)["open"] == ["emil@example.org"]
    again = manage("restore", str(made.path), "--identity", str(key))
    assert again.returncode == 1
    assert "in use" in again.stderr


def _newer(folder: Path, key: Path) -> Path:
    """Return a backup of a version that has one more migration."""
    path = folder / "newer.age"
    manifest = Manifest(
        made_at=NOON,
        migrations=[["cases", "9999_of_tomorrow"]],
        tables={},
        parts={},
        missing=[],
        altered=[],
        audit_head={"seq": 0, "hash": "0" * 64, "at": None},
    )
    identity = pyrage.x25519.Identity.from_str(key.read_text())
    with (
        path.open("wb") as file,
        writing(file, [identity.to_public()]) as (writer, _),
    ):
        writer.add_bytes(NAME, manifest.as_bytes())
    return path


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    real_database, key, manage, open_tmp
):
    fill()
    last = "0002_walls"
    executor = MigrationExecutor(connection)
    executor.migrate([("cases", "0001_initial")])
    made = make_backup(out=open_tmp / "b.age", at=NOON)
    done = manage("restore", str(made.path), "--identity", str(key))
    assert done.returncode == 0, done.stderr
    assert f"[X] {last}" in manage("showmigrations", "cases").stdout
    assert json.loads(manage("check_health", "--only=migrations", "--json").stdout)[
        "ok"
    ]

"""Backups: one moment of everything, sealed, checked before a byte is restored."""

import io
import json
import random
import tarfile
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import AuditEntry
from cases.intake.store import store
from cases.keeping.sealing import NoKey, identity_from
from config.backup.archive import Damaged
from config.backup.making import NotMade, make_backup
from config.backup.nightly import back_up_tonight
from config.backup.restoring import Refused, check, restore
from config.database_roles import AppRole, prepare
from config.health import examine
from notices.choices import RunState
from notices.models import FeedRun, Notice
from tests.factories import NOON, make_case, make_feed, make_notice, make_user

FLIPS = 100


@pytest.fixture
def identity(settings, tmp_path) -> pyrage.x25519.Identity:
    """The key of the operator, whose public half the server has."""
    key = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENTS = [str(key.to_public())]
    settings.DATA_DIR = tmp_path / "data"
    (tmp_path / "key.txt").write_text(f"# a key\n{key}\n")
    return key


@pytest.fixture
def filled(real_database, identity) -> FeedRun:
    """An installation with a case file and an import whose file lies on the disk."""
    return fill()


def fill() -> FeedRun:
    make_case(lead=make_user("Carla Meyer", "lawyer"), code="HERON-1")
    received = store("list.json", io.BytesIO(b"[" + b"1," * 50_000 + b"1]"))
    run = FeedRun.objects.create(
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
    record(action=Action.IMPORT_RUN, actor=None, target=run)
    return run


def opened(path: Path, identity) -> dict[str, bytes]:
    """Return the members of a backup as anybody with the key and tar finds them."""
    plain = io.BytesIO(pyrage.decrypt(path.read_bytes(), [identity]))
    with tarfile.open(fileobj=plain) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def test_a_backup_opens_with_age_and_tar_alone(filled, identity, tmp_path, capsys):
    out = tmp_path / "safe" / "b.age"
    call_command("backup", "--out", str(out), "--json")
    told = json.loads(capsys.readouterr().out)
    parts = opened(out, identity)
    manifest = json.loads(parts["manifest.json"])
    assert parts["database/000001"].startswith(b"PGDMP")
    assert parts[f"files/feeds/{filled.files[0]['path']}"].startswith(b"[1,1,")
    assert told["tables"] == manifest["tables"]
    assert (told["tables"]["cases_casefile"], told["files"]) == (1, 1)
    assert manifest["audit_head"]["seq"] == 1
    assert not [name for name in parts if name.startswith("keys/")]
    assert "accounts_browsersession" not in manifest["tables"]
    assert out.stat().st_mode & 0o077 == 0
    assert [path.name for path in out.parent.iterdir()] == ["b.age"]
    assert AuditEntry.objects.filter(action=Action.BACKUP_MADE.value).count() == 1


def test_keys_are_inside_only_if_the_operator_wants_that(
    filled, identity, tmp_path, settings
):
    settings.BACKUP_WITH_KEYS = True
    make_backup(out=tmp_path / "b.age", at=NOON)
    kept = opened(tmp_path / "b.age", identity)
    assert kept["keys/secret_key"].decode() == settings.SECRET_KEY
    assert kept["keys/field_key"].decode() == settings.FIELD_KEY


def test_without_a_key_nothing_is_made(real_database, tmp_path, settings):
    settings.BACKUP_RECIPIENTS, settings.SELF_CONTAINED = [], False
    with pytest.raises(CommandError, match="BACKUP_RECIPIENTS"):
        call_command("backup", "--out", str(tmp_path / "b.age"))
    settings.BACKUP_RECIPIENTS = ["age1nonsense"]
    with pytest.raises(CommandError, match="no public key"):
        call_command("backup", "--out", str(tmp_path / "b.age"))
    assert list(tmp_path.glob("b.age*")) == []


def test_a_machine_of_its_own_makes_a_key_and_says_where(
    real_database, tmp_path, settings, capsys
):
    settings.BACKUP_RECIPIENTS, settings.SELF_CONTAINED = [], True
    settings.DATA_DIR = tmp_path / "data"
    call_command("backup", "--out", str(tmp_path / "b.age"))
    key = tmp_path / "data" / "secrets" / "backup_identity"
    assert f"COPY THE KEY ELSEWHERE: {key}" in capsys.readouterr().err
    assert key.stat().st_mode & 0o077 == 0
    check(path=tmp_path / "b.age", identities=identity_from(key))


def test_a_file_that_is_there_is_never_overwritten(filled, tmp_path):
    out = tmp_path / "b.age"
    out.write_text("somebody's")
    with pytest.raises(NotMade, match="there already"):
        make_backup(out=out, at=NOON)
    assert out.read_text() == "somebody's"


def test_what_is_not_on_the_disk_as_it_was_is_named(filled, identity, tmp_path):
    path = tmp_path / "files" / "feeds" / filled.files[0]["path"]
    path.chmod(0o600)
    path.write_bytes(b"something else")
    name = f"feeds/{path.name}"
    made = make_backup(out=tmp_path / "b.age", at=NOON)
    assert (made.altered, made.missing) == ([name], [])
    path.unlink()
    made = make_backup(out=tmp_path / "c.age", at=NOON)
    assert (made.altered, made.missing, made.files) == ([], [name], 0)


def test_people_write_on_and_the_backup_is_of_one_moment(filled, identity, tmp_path):
    stop = threading.Event()

    def write() -> None:
        try:
            while not stop.is_set():
                notice = make_notice()
                record(action=Action.CASE_READ, actor=None, target=notice)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    try:
        made = make_backup(out=tmp_path / "b.age", at=NOON)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    tables = made.tables
    manifest = json.loads(opened(made.path, identity)["manifest.json"])
    assert manifest["audit_head"]["seq"] == tables["accounts_auditentry"]
    assert Notice.objects.count() > tables["notices_notice"]


def test_one_backup_at_a_time(filled, tmp_path):
    def hold_lock(ready: threading.Event, done: threading.Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [0x6261636B])
            ready.set()
            done.wait(30)
        connection.close()

    ready, done = threading.Event(), threading.Event()
    other = threading.Thread(target=hold_lock, args=(ready, done))
    other.start()
    ready.wait(30)
    with pytest.raises(NotMade, match="Another backup"):
        make_backup(out=tmp_path / "b.age", at=NOON)
    done.set()
    other.join()
    assert list(tmp_path.glob("b.age*")) == []


def test_a_flipped_byte_anywhere_and_a_cut_are_found(filled, identity, tmp_path):
    whole = make_backup(out=tmp_path / "b.age", at=NOON).path.read_bytes()
    bad = tmp_path / "bad.age"
    dice = random.Random(2026)  # noqa: S311
    for place in sorted(dice.sample(range(len(whole)), FLIPS)):
        bad.write_bytes(
            whole[:place]
            + bytes([whole[place] ^ 1 << dice.randrange(8)])
            + whole[place + 1 :]
        )
        with pytest.raises(Damaged):
            check(path=bad, identities=[identity])
    for length in (0, 10, 200, 70_000, len(whole) - 1):
        bad.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            check(path=bad, identities=[identity])
    bad.write_bytes(whole + b"x")
    with pytest.raises(Damaged):
        check(path=bad, identities=[identity])
    assert check(path=tmp_path / "b.age", identities=[identity]).tables
    assert list((tmp_path / "data").glob("restore-*")) == []


def test_an_honest_seal_around_a_dishonest_archive_is_refused(
    filled, identity, tmp_path
):
    parts = opened(make_backup(out=tmp_path / "b.age", at=NOON).path, identity)
    evil = tmp_path / "evil.age"
    for name, content in (
        ("files/../../evil", b"x"),
        ("/etc/evil", b"x"),
        ("files/feeds/more", b"not in the manifest"),
        ("manifest.json", b"{}"),
        ("manifest.json", b"[1"),
    ):
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w") as tar:
            for member, body in ({name: content} | parts | {name: content}).items():
                info = tarfile.TarInfo(member)
                info.size = len(body)
                tar.addfile(info, io.BytesIO(body))
        evil.write_bytes(pyrage.encrypt(plain.getvalue(), [identity.to_public()]))
        with pytest.raises(Damaged):
            check(path=evil, identities=[identity])
    assert not (tmp_path / "evil").exists()


def test_another_key_and_no_key_are_refused(filled, identity, tmp_path):
    make_backup(out=tmp_path / "b.age", at=NOON)
    stranger = pyrage.x25519.Identity.generate()
    with pytest.raises(Damaged, match="does not open"):
        check(path=tmp_path / "b.age", identities=[stranger])
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("no key in here")
    with pytest.raises(NoKey, match="holds no key"):
        identity_from(nothing)
    with pytest.raises(NoKey, match="--identity"):
        identity_from(tmp_path / "not-there")


def test_nothing_is_restored_over_an_installation_in_use(filled, tmp_path):
    make_backup(out=tmp_path / "b.age", at=NOON)
    with pytest.raises(Refused, match="in use"):
        restore(
            path=tmp_path / "b.age",
            identity=tmp_path / "key.txt",
            stones=None,
            at=NOON,
        )
    assert FeedRun.objects.get() == filled


def test_each_night_one_and_after_35_days_gone(filled, tmp_path, settings):
    folder = tmp_path / "nightly"
    assert back_up_tonight(at=NOON) is None  # no folder, no backups
    settings.BACKUP_DIR = str(folder)
    assert back_up_tonight(at=midnight(NOON)) is None
    assert back_up_tonight(at=NOON) is not None
    assert back_up_tonight(at=NOON + timedelta(hours=3)) is None
    (folder / "somebody-elses.age").touch()
    back_up_tonight(at=NOON + timedelta(days=35))
    assert (folder / "tracker-2026-11-24.age").exists()
    back_up_tonight(at=NOON + timedelta(days=36))
    assert {path.name for path in folder.iterdir()} == {
        "tracker-2026-12-29.age",
        "tracker-2026-12-30.age",
        "somebody-elses.age",
    }


def test_the_health_page_says_how_old_the_last_backup_is(filled, tmp_path, settings):
    (check_,) = examine(["backup"], at=NOON)
    assert "No backup" in check_.detail
    make_backup(out=tmp_path / "b.age", at=NOON)
    (check_,) = examine(["backup"], at=NOON + timedelta(hours=20))
    assert check_.ok
    (check_,) = examine(["backup"], at=NOON + timedelta(hours=51))
    assert not check_.ok


def midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=30)


def test_the_apps_own_role_can_make_the_backup(filled, tmp_path):
    role = AppRole("app_that_backs_up", "")
    prepare(role)
    owner = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role.name
    try:
        made = make_backup(out=tmp_path / "b.age", at=NOON)
    finally:
        connection.close()
        connection.settings_dict["USER"] = owner
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {role.name}")
            cursor.execute(f"DROP ROLE {role.name}")
    assert made.tables["accounts_auditentry"] == 1

"""Brings a backup back: checks everything, then writes, and only where nothing is."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.audit.check import check_log
from cases.keeping.sealing import Identity, identity_from, own_identity_path
from cases.keeping.tombstone_list import read_lists
from config.backup import state
from config.backup.afterwards import Aftermath, settle
from config.backup.loading import NotLoaded, load
from config.backup.manifest import Manifest
from config.backup.unpacking import Unpacked, unpack

_UNFINISHED = "restore-"


class Refused(Exception):
    """Nothing was restored and nothing changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what an operator has to know about it."""

    path: Path
    sha256: str
    tables: dict[str, int]
    files: int
    made_at: datetime
    keys: list[Path]
    log_holds: bool
    aftermath: Aftermath


def restore(
    *, path: Path, identity: Path | None, stones: Path | None, at: datetime
) -> Restored:
    """Restore the backup at `path` into this installation, which must be empty.

    `identity` is the file of the key, without it the installation's own. `stones` is
    a list of what was erased since, beside the list that lies with the backup. Raises
    `Refused`, `config.backup.archive.Damaged`, `cases.keeping.sealing.NoKey`; then the
    installation is as it was.
    """
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    _refuse_unless_empty()
    identities = identity_from(identity or own_identity_path())
    lists = [path.parent, *([stones] if stones else [])]
    erased = read_lists(lists, identities)
    with _workplace() as folder:
        unpacked = unpack(path, identities, into=folder)
        _refuse_newer(unpacked.manifest)
        _put(unpacked, at)
    aftermath = settle(manifest=unpacked.manifest, erased=erased, at=at)
    return Restored(
        path=path,
        sha256=unpacked.sha256,
        tables=unpacked.manifest.tables,
        files=len(unpacked.manifest.files),
        made_at=unpacked.manifest.made_at,
        keys=unpacked.keys,
        log_holds=check_log().verdict.ok,
        aftermath=aftermath,
    )


def check(*, path: Path, identities: list[Identity]) -> Manifest:
    """Read a whole backup and check it, restoring nothing: the monthly drill."""
    with _workplace() as folder:
        return unpack(path, identities, into=folder).manifest


def _workplace() -> tempfile.TemporaryDirectory[str]:
    """Return a folder on the disk where the files will lie: a move is one step."""
    Path(settings.DATA_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=settings.DATA_DIR)


def _refuse_unless_empty() -> None:
    files = Path(settings.FILES_DIR)
    has_files = files.is_dir() and any(one.is_file() for one in files.rglob("*"))
    if state.in_use() or has_files:
        raise Refused(
            "This installation is in use. A backup is only restored into an empty "
            "one: set TRACKER_DATA_DIR to a new folder, or DATABASE_URL to a new "
            "database."
        )


def _refuse_newer(manifest: Manifest) -> None:
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    unknown = [
        f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known
    ]
    if unknown:
        raise Refused(
            "This backup is from a newer version of the tracker. Install that version "
            f"first; this one does not know {unknown[0]}."
        )


def _put(unpacked: Unpacked, at: datetime) -> None:
    """Put the files into place, then the database in one transaction."""
    files = Path(settings.FILES_DIR)
    shutil.rmtree(files, ignore_errors=True)  # holds no file, only empty folders
    files.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unpacked.files.rename(files)
    try:
        load(dump=unpacked.dump, manifest=unpacked.manifest, at=at)
    except NotLoaded as error:
        shutil.rmtree(files, ignore_errors=True)
        raise Refused(str(error)) from error
    for kept in unpacked.staged_keys:
        place = Path(settings.DATA_DIR) / "secrets" / kept.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.replace(place)
        unpacked.keys.append(place)
    connection.close()  # plans and types of the tables that were
    call_command("migrate", interactive=False, verbosity=0)

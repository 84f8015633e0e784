"""Makes a backup: one moment of the database, and every file that it names then."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.keeping.sealing import Seal, seal
from cases.keeping.tombstone_list import write_list
from config import pulse
from config.backup import archive, manifest, state
from config.backup.programs import environment, program
from config.backup.stored import Stored, named_files

# Any number that nothing else in this database locks.
LOCK = 0x6261636B
_DUMP_OPTIONS = ["--format=custom", "--no-owner", "--lock-wait-timeout=60000"]


class NotMade(Exception):
    """No backup was made; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. `key_here`: the only key to it lies on this machine."""

    path: Path
    sha256: str
    tables: dict[str, int]
    files: int
    missing: list[str]
    altered: list[str]
    key_here: Path | None


@dataclass(slots=True)
class _Contents:
    parts: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)


def make_backup(*, out: Path, at: datetime) -> Made:
    """Write a sealed backup to `out`, which must not be there yet.

    People go on writing meanwhile. Raises `NotMade`, `cases.keeping.sealing.NoKey`,
    `config.backup.programs.NoProgram`; then nothing is left behind.
    """
    sealed_to = seal()
    if out.exists():
        raise NotMade(f"{out} is there already. Choose another name.")
    try:
        with _aside(out) as file, _one_moment() as snapshot:
            writing = archive.writing(file, sealed_to.recipients)
            with writing as (writer, digest):
                found = _fill(writer, snapshot, at)
    except OSError as error:
        raise NotMade(f"{out} could not be written: {error}.") from error
    made = Made(
        path=out,
        sha256=digest.hexdigest(),
        tables=found.tables,
        files=len(found.files),
        missing=found.missing,
        altered=found.altered,
        key_here=sealed_to.made_here,
    )
    _note(made, found, sealed_to, at)
    return made


@contextmanager
def _aside(out: Path) -> Iterator[BinaryIO]:
    """Give a file that takes its place, whole and on the disk, at the end."""
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, part = tempfile.mkstemp(dir=out.parent, prefix=out.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(part, out)  # never over another one
    finally:
        Path(part).unlink(missing_ok=True)


@contextmanager
def _one_moment() -> Iterator[str]:
    """Hold the database still for readers and give the name of that moment."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise NotMade("Another backup is being made. Wait until it is done.")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _fill(writer: archive.Writer, snapshot: str, at: datetime) -> manifest.Manifest:
    contents = _Contents()
    for name, piece in _dump(snapshot):
        contents.parts[name] = writer.add_bytes(name, piece)
    for stored in named_files():
        _add_file(writer, stored, contents)
    for name, key in state.keys_to_keep().items():
        part = f"keys/{name}"
        contents.parts[part] = writer.add_bytes(part, key.encode())
    found = manifest.Manifest(
        made_at=at,
        migrations=[
            [app, name]
            for app, name in sorted(MigrationRecorder(connection).applied_migrations())
        ],
        tables=state.count_rows(),
        parts=contents.parts,
        missing=contents.missing,
        altered=contents.altered,
        audit_head=dict(anchors.current().as_json()),
        closed_functions=state.closed_functions(),
    )
    writer.add_bytes(manifest.NAME, found.as_bytes())
    return found


def _dump(snapshot: str) -> Iterator[tuple[str, bytes]]:
    """Yield the dump in numbered pieces: its size is known only at its end."""
    unkept = [f"--exclude-table-data={table}" for table in sorted(state.UNKEPT)]
    command = [program("pg_dump"), *_DUMP_OPTIONS, *unkept, f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command, env=environment(), stdout=subprocess.PIPE, stderr=errors
        )
        output = process.stdout
        if output is None:
            raise NotMade("pg_dump gives no output.")
        try:
            number = 0
            while piece := output.read(archive.PIECE):
                number += 1
                yield f"database/{number:06d}", piece
        finally:
            output.close()
            failed = process.wait()
        if failed:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise NotMade(f"The database was not copied: {said[-1] if said else '?'}")


def _add_file(writer: archive.Writer, stored: Stored, contents: _Contents) -> None:
    try:
        file = stored.path.open("rb")
    except OSError:
        contents.missing.append(stored.name)
        return
    with file:
        size = os.fstat(file.fileno()).st_size
        digest = writer.add(f"files/{stored.name}", size, file)
    contents.parts[f"files/{stored.name}"] = digest
    if digest != stored.sha256:
        contents.altered.append(stored.name)


def _note(made: Made, found: manifest.Manifest, sealed_to: Seal, at: datetime) -> None:
    """Leave the list of stones beside it, a sign for the health page, an entry."""
    write_list(made.path.parent, sealed_to.recipients)
    with transaction.atomic():
        pulse.record(pulse.BACKUP, at=at)
        record(
            action=Action.BACKUP_MADE,
            actor=None,
            after={
                "sha256": made.sha256,
                "files": made.files,
                "missing": len(made.missing),
                "altered": len(made.altered),
                "head": found.audit_head["seq"],
            },
        )


def as_json(made: Made) -> dict[str, object]:
    """Return what the command tells programs."""
    values = {**asdict(made), "path": str(made.path)}
    values["key_here"] = str(made.key_here) if made.key_here else None
    return values

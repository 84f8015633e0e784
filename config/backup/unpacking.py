"""Reads a backup into a folder of its own and checks every byte of it."""

import hashlib
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cases.keeping.sealing import Identity
from config.backup import archive, manifest
from config.backup.archive import Damaged

_CHUNK = 1024 * 1024
_DAMAGED = "The backup is damaged. Take another copy of it."


@dataclass(slots=True)
class Unpacked:
    """A backup that was found whole: where its parts lie for the moment."""

    manifest: manifest.Manifest
    sha256: str
    dump: Path
    files: Path
    staged_keys: list[Path]
    keys: list[Path] = field(default_factory=list)


def unpack(path: Path, identities: list[Identity], *, into: str | Path) -> Unpacked:
    """Unpack the backup at `path`. Raises `Damaged` unless all of it is as it was."""
    folder = Path(into)
    for name in ("files", "keys"):
        (folder / name).mkdir(mode=0o700)
    hashes: dict[str, str] = {}
    content: bytes | None = None
    try:
        with path.open("rb") as source:
            opening = archive.reading(source, identities)
            with opening as (tar, digest), (folder / "dump").open("wb") as dump:
                for member in tar:
                    body = _body(tar, member, after_manifest=content is not None)
                    if member.name == manifest.NAME:
                        content = body.read()
                    elif member.name.startswith("database/"):
                        hashes[member.name] = _copy(body, dump)
                    else:
                        hashes[member.name] = _store(body, folder / member.name)
    except OSError as error:
        raise Damaged(f"The backup cannot be unpacked here: {error}.") from error
    found = _checked(content, hashes)
    return Unpacked(
        manifest=found,
        sha256=digest.hexdigest(),
        dump=folder / "dump",
        files=folder / "files",
        staged_keys=sorted((folder / "keys").iterdir()),
    )


def _body(
    tar: tarfile.TarFile, member: tarfile.TarInfo, *, after_manifest: bool
) -> IO[bytes]:
    known = member.name == manifest.NAME or (
        manifest.KEPT_NAME.fullmatch(member.name) and ".." not in member.name
    )
    body = tar.extractfile(member) if member.isreg() else None
    if not known or body is None or after_manifest:
        raise Damaged(_DAMAGED)
    return body


def _copy(body: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := body.read(_CHUNK):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _store(body: IO[bytes], place: Path) -> str:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with place.open("xb") as target:
        digest = _copy(body, target)
    place.chmod(0o400 if "files" in place.parts else 0o600)
    return digest


def _checked(content: bytes | None, hashes: dict[str, str]) -> manifest.Manifest:
    if content is None:
        raise Damaged(_DAMAGED)
    try:
        found = manifest.manifest_from(content)
    except manifest.NotAManifest as error:
        raise Damaged(str(error)) from error
    if found.format != manifest.FORMAT:
        raise Damaged("This backup is from a newer version of the tracker.")
    if found.parts != hashes:
        raise Damaged(_DAMAGED)
    return found

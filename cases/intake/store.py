"""Where received files lie: once each, read-only, under their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from notices.feeds.values import storable
from notices.models import FeedRun

LARGEST = 2 * 1024**3
_CHUNK = 1024 * 1024


class ImportRefused(Exception):
    """The files cannot be taken; the text says why, for people. Nothing changed."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in the store: its own name, where it lies, hash and size."""

    name: str
    path: str
    sha256: str
    size: int


def store(name: str, content: BinaryIO) -> Received:
    """Copy `content` into the store under its SHA-256 and return where it lies.

    The same bytes are kept once, read-only: an original never changes. Raises
    `ImportRefused` where it is too large or the disk does not take it.
    """
    folder = Path(settings.FILES_DIR) / "feeds"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as copy:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > LARGEST:
                    limit = LARGEST // 1024**3
                    raise ImportRefused(f"{name} is larger than {limit} GB.")
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        path = folder / digest.hexdigest()
        Path(part).chmod(0o400)
        Path(part).rename(path)
    except OSError as error:
        raise ImportRefused(
            f"{name} could not be stored: {error.strerror or error}."
        ) from error
    finally:
        Path(part).unlink(missing_ok=True)
    return Received(_shown(name), path.name, digest.hexdigest(), size)


def path_of(file: dict[str, str]) -> Path:
    """Return where a file of a run lies."""
    return Path(settings.FILES_DIR) / "feeds" / Path(file["path"]).name


def forget(files: Sequence[Received]) -> None:
    """Remove files that no run holds."""
    for one in files:
        if not FeedRun.objects.filter(files__contains=[{"path": one.path}]).exists():
            path_of({"path": one.path}).unlink(missing_ok=True)


def _shown(name: str) -> str:
    """Return a file name as it can be shown and stored."""
    clean = "".join(char if char.isprintable() else "�" for char in Path(name).name)
    return storable(clean)[:200] or "upload"

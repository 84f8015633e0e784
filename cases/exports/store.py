"""Where finished copies lie: under random names, outside the web root."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from cases.models import Export
from notices.keys import random_key

_UNFINISHED = ".part"


def folder() -> Path:
    """Return the folder of the copies; only the app's own user reads it."""
    place = Path(settings.FILES_DIR) / "exports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(export: Export) -> Path:
    """Return where the copy lies; the row holds the name alone."""
    return folder() / (Path(export.path).name or "none")


class StoredFile:
    """A copy on its way: written aside and synced, then renamed in one step."""

    def __init__(self, export: Export) -> None:
        self.name = f"{random_key(24)}.{export.format}"
        self.sha256 = ""
        handle, part = tempfile.mkstemp(suffix=_UNFINISHED, dir=folder())
        self._handle, self._part = handle, Path(part)

    def write(self, content: bytes) -> None:
        with os.fdopen(self._handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.sha256 = hashlib.sha256(content).hexdigest()

    def read(self) -> bytes:
        """Read the bytes back from the disk: these are the ones that leave."""
        content = self._part.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise OSError("The disk did not give back what was written.")
        return content

    def keep(self) -> None:
        self._part.rename(folder() / self.name)

    def discard(self) -> None:
        self._part.unlink(missing_ok=True)


@contextmanager
def new_file(export: Export) -> Iterator[StoredFile]:
    """Give a file that is gone at the end unless it was kept."""
    stored = StoredFile(export)
    try:
        yield stored
    finally:
        stored.discard()


def remove(export: Export) -> None:
    """Remove the copy from the disk."""
    path_of(export).unlink(missing_ok=True)


def strays(older_than: float) -> list[Path]:
    """Return files without a row that were written before the time `older_than`."""
    known = set(Export.objects.exclude(path="").values_list("path", flat=True))
    return [
        path
        for path in folder().iterdir()
        if path.name not in known and path.stat().st_mtime < older_than
    ]

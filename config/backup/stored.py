"""The files that the database names: where they lie and what they must be."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cases.choices import ExportState
from cases.exports import store as exports
from cases.intake import store as imports
from cases.models import Export
from notices.models import FeedRun

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """`name` is the path below `FILES_DIR`; files are written once, so a hash fits."""

    name: str
    path: Path
    sha256: str


def named_files() -> Iterator[Stored]:
    """Yield each file once that a row of the present moment names."""
    seen: set[str] = set()
    for stored in (*_of_imports(), *_of_exports()):
        if stored.name not in seen:
            seen.add(stored.name)
            yield stored


def _of_imports() -> Iterator[Stored]:
    for files in FeedRun.objects.values_list("files", flat=True).iterator(_CHUNK):
        for file in files:
            if file.get("path"):
                yield _stored(imports.path_of(file), file["sha256"])


def _of_exports() -> Iterator[Stored]:
    for export in Export.objects.filter(state=ExportState.READY).iterator(_CHUNK):
        yield _stored(exports.path_of(export), export.sha256)


def _stored(path: Path, sha256: str) -> Stored:
    name = path.relative_to(Path(settings.FILES_DIR)).as_posix()
    return Stored(name, path, sha256)

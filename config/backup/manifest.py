"""What stands in a backup: written last, checked first."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

NAME = "manifest.json"
FORMAT = 1
KEPT_NAME = re.compile(r"(database/\d{6}|files/[\w.\-/]+|keys/\w+)")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`parts`: SHA-256 of every other member. `missing`, `altered`: files that the
    database names and the disk did not have, or not as they were.
    """

    made_at: datetime
    # [app, name] of every migration that the database had.
    migrations: list[list[str]]
    tables: dict[str, int]
    parts: dict[str, str]
    missing: list[str]
    altered: list[str]
    # {"seq", "hash", "at"}: the last entry of the audit log (`accounts.audit.anchors`).
    audit_head: dict[str, Any]
    # Functions of the database that not everybody may call.
    closed_functions: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def files(self) -> list[str]:
        """The paths below FILES_DIR."""
        return [
            name.removeprefix("files/")
            for name in self.parts
            if name.startswith("files/")
        ]

    def as_bytes(self) -> bytes:
        values = {**asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(values, indent=1, sort_keys=True).encode()


class NotAManifest(ValueError):
    """The text is not what `Manifest.as_bytes` writes."""


def manifest_from(content: bytes) -> Manifest:
    """Return the manifest of a backup. Raises `NotAManifest`."""
    try:
        values = json.loads(content)
        made = datetime.fromisoformat(values.pop("made_at"))
        manifest = Manifest(made_at=made, **values)
        well_formed = all(
            KEPT_NAME.fullmatch(name) and ".." not in name and _HASH.fullmatch(digest)
            for name, digest in manifest.parts.items()
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAManifest("The manifest cannot be read.") from error
    if not well_formed:
        raise NotAManifest("The manifest names parts that no backup has.")
    return manifest

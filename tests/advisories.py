"""Holds the pinned packages against known advisories, without the net.

    python -m tests.advisories

`ADVISORY_DB` names a folder with advisories in the format of osv.dev (one JSON file
each, as its archive for PyPI unpacks). Without one it says so in a line and is content.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^([\w.\-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    """Return name and version of every package of a lock."""
    return {_plain(name): version for name, version in _PIN.findall(lock.read_text())}


def known_faults(pinned: dict[str, str], folder: Path) -> Iterator[str]:
    """Yield a line for every advisory of `folder` that concerns a pinned version."""
    for path in sorted(folder.rglob("*.json")):
        advisory = json.loads(path.read_text(encoding="utf-8"))
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = _plain(package.get("name", ""))
            if package.get("ecosystem") != "PyPI" or name not in pinned:
                continue
            if _concerns(affected, pinned[name]):
                words = advisory.get("summary", "no summary")
                yield f"{name} {pinned[name]}: {advisory['id']}: {words}"


def _concerns(affected: dict[str, Any], version: str) -> bool:
    if version in affected.get("versions", ()):
        return True
    return any(
        _within(one.get("events", ()), version)
        for one in affected.get("ranges", ())
        if one.get("type") == "ECOSYSTEM"
    )


def _within(events: Any, version: str) -> bool:
    """Tell whether a version lies between an `introduced` and what ends it."""
    at, inside = Version(version), False
    for event in events:
        kind, bound = next(iter(event.items()))
        try:
            limit = Version(bound if bound != "0" else "0.dev0")
        except InvalidVersion:
            return True  # it cannot be compared, so somebody has to look
        if kind == "introduced":
            inside = inside or at >= limit
        elif kind == "fixed":
            inside = inside and at < limit
        elif kind == "last_affected":
            inside = inside and at <= limit
    return inside


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Print what is known, or that nothing could be looked up; 1: something is."""
    folder = os.environ.get("ADVISORY_DB", "")
    if not folder:
        _say("Advisories not checked: no network is used, ADVISORY_DB names no folder.")
        return 0
    found = list(known_faults(pins(ROOT / "requirements-dev.lock"), Path(folder)))
    _say("\n".join(found) or "Advisories checked: none concerns a pinned version.")
    return 1 if found else 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())

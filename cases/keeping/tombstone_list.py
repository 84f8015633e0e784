"""The list of what is gone, which lies with the backups and travels with them.

A backup holds what was erased after it. Who restores it needs to know; so each line
names one tombstone, sealed to the same keys as the backups.
"""

import base64
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyrage

from cases.keeping.sealing import Identity, NoKey, Recipient, seal
from cases.models import Tombstone

NAME = "erased.list"


@dataclass(frozen=True, slots=True)
class Stone:
    """A tombstone as it travels: numbers of people, no names."""

    key: str
    kind: str
    object_id: int
    code: str
    reason: str
    rule: str
    asked_by: int | None
    performed_by: int | None
    erased_at: str
    readers: list[int]


def write_list(folder: Path, recipients: Iterable[Recipient]) -> None:
    """Add every stone that the list in `folder` does not have to it."""
    known = _keys(folder / NAME)
    fresh = Tombstone.objects.exclude(key__in=known).order_by("erased_at", "pk")
    _append(folder / NAME, [stone_of(one) for one in fresh], list(recipients))


def note_stone(tombstone: Tombstone, folder: Path | None) -> None:
    """Add one stone at once, where the backups lie. Nothing without backups."""
    if folder is None:
        return
    try:
        recipients = seal().recipients
    except NoKey:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _append(folder / NAME, [stone_of(tombstone)], recipients)


def read_lists(places: Iterable[Path], identities: list[Identity]) -> list[Stone]:
    """Return the stones of lists, or of the lists in folders, each once, oldest first.

    Raises `NoKey` for a line that the key does not open.
    """
    found: dict[str, Stone] = {}
    for place in places:
        path = place / NAME if place.is_dir() else place
        for key, sealed in _lines(path):
            try:
                text = pyrage.decrypt(base64.b64decode(sealed), identities)
                found[key] = Stone(**json.loads(text))
            except (pyrage.DecryptError, ValueError, TypeError) as error:
                raise NoKey(
                    f"{path} names what was erased, and this key does not open it."
                ) from error
    return sorted(found.values(), key=lambda stone: stone.erased_at)


def stone_of(tombstone: Tombstone) -> Stone:
    return Stone(
        key=tombstone.key,
        kind=tombstone.kind,
        object_id=tombstone.object_id,
        code=tombstone.code,
        reason=tombstone.reason,
        rule=tombstone.rule,
        asked_by=tombstone.asked_by_id,
        performed_by=tombstone.performed_by_id,
        erased_at=tombstone.erased_at.isoformat(),
        readers=sorted(tombstone.readers.values_list("pk", flat=True)),
    )


def moment_of(stone: Stone) -> datetime:
    return datetime.fromisoformat(stone.erased_at)


def _append(path: Path, stones: list[Stone], recipients: list[Recipient]) -> None:
    if not stones:
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        for stone in stones:
            text = json.dumps(asdict(stone)).encode()
            sealed = base64.b64encode(pyrage.encrypt(text, recipients)).decode()
            file.write(f"{stone.key} {sealed}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def _keys(path: Path) -> set[str]:
    return {key for key, _ in _lines(path)}


def _lines(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    pairs = [line.split() for line in path.read_text().splitlines()]
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]

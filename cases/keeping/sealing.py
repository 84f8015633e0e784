"""Who can open what is sealed here: age keys, of which the server needs no secret half.

`BACKUP_RECIPIENTS` names one or more public keys (`age1…` or `ssh-ed25519 …`). A
self-contained installation without them makes a key of its own in its secrets.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings

IDENTITY_FILE = "backup_identity"
_NOBODY = (
    "Nobody could open this backup. Make a key with age-keygen on another machine and "
    "put its public half (age1…) into BACKUP_RECIPIENTS."
)
# Of age or of SSH; the library has no common name for them and no types.
Recipient = Any
Identity = Any


class NoKey(Exception):
    """A key is missing or cannot be read; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Seal:
    """To whom things are sealed; `made_here` is where a key of our own lies."""

    recipients: list[Recipient]
    made_here: Path | None


def seal() -> Seal:
    """Return whose keys open what is sealed now. Raises `NoKey`."""
    if settings.BACKUP_RECIPIENTS:
        named = [text.strip() for text in settings.BACKUP_RECIPIENTS]
        return Seal([_recipient(text) for text in named], None)
    if not settings.SELF_CONTAINED:
        raise NoKey(_NOBODY)
    path = own_identity_path()
    if not path.exists():
        _make_identity(path)
    own = pyrage.x25519.Identity.from_str(_secret_line(path.read_text()))
    return Seal([own.to_public()], path)


def own_identity_path() -> Path:
    """Return where a self-contained installation keeps its own key, if it made one."""
    return Path(settings.DATA_DIR) / "secrets" / IDENTITY_FILE


def identity_from(path: Path) -> list[Identity]:
    """Return the secret keys of a file: of age-keygen, or an SSH key without password.

    Raises `NoKey`.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise NoKey(
            f"The key {path} cannot be read. Name the file of the key with --identity."
        ) from error
    try:
        if "PRIVATE KEY-----" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line for line in text.split() if line.startswith("AGE-SECRET-KEY-")]
        found: list[Identity] = [pyrage.x25519.Identity.from_str(one) for one in lines]
    except pyrage.IdentityError as error:
        raise NoKey(f"{path} holds no key that opens a backup.") from error
    if not found:
        raise NoKey(f"{path} holds no key that opens a backup.")
    return found


def _recipient(text: str) -> Recipient:
    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise NoKey(
            f"BACKUP_RECIPIENTS: “{text[:20]}…” is no public key of age or SSH."
        ) from error


def _make_identity(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = pyrage.x25519.Identity.generate()
    aside = path.with_suffix(f".{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    try:
        os.link(aside, path)  # of two first users, both get the same key
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _secret_line(text: str) -> str:
    return next(line for line in text.split() if line.startswith("AGE-SECRET-KEY-"))

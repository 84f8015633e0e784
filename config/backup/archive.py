"""The archive of a backup: tar inside age, written and read in one pass, flat.

age works in a thread of its own at the other end of a pipe, so that neither side ever
holds more than a piece of the archive.
"""

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

import pyrage

from cases.keeping.sealing import Identity, Recipient

PIECE = 4 * 1024 * 1024
_READ = 1024 * 1024


class Damaged(Exception):
    """What was read is not a whole backup, or not for this key; the text says which."""


class Writer:
    """Members of an archive that is being written; each is hashed on its way."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, size: int, content: IO[bytes]) -> str:
        """Write `size` bytes of `content` as member `name`; return their SHA-256.

        Raises `OSError` when there are fewer.
        """
        reader = _Hashing(content)
        self._tar.addfile(_member(name, size), cast(IO[bytes], reader))
        return reader.digest.hexdigest()

    def add_bytes(self, name: str, content: bytes) -> str:
        return self.add(name, len(content), io.BytesIO(content))


class _Hashing:
    """Hashes what passes through, in whichever direction."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()


class _Thread(threading.Thread):
    """Runs age; what went wrong there is told to whoever waits for it."""

    def __init__(self, work: Any, *arguments: Any) -> None:
        super().__init__(daemon=True)
        self._work, self._arguments = work, arguments
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work(*self._arguments)
        except BaseException as error:  # noqa: BLE001 - handed to the other thread
            self.error = error


@contextmanager
def writing(
    output: BinaryIO, recipients: list[Recipient]
) -> Iterator[tuple[Writer, "hashlib._Hash"]]:
    """Give a writer of sealed members and the running SHA-256 of the sealed file.

    The hash is whole when the block has ended. Raises `OSError` where `output` does not
    take it.
    """
    sealed = _Hashing(output)
    read_end, write_end = os.pipe()
    source = os.fdopen(read_end, "rb")
    thread = _Thread(_encrypt, source, sealed, recipients)
    thread.start()
    try:
        with (
            os.fdopen(write_end, "wb", buffering=_READ) as pipe,
            tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield Writer(tar), sealed.digest
    except BrokenPipeError as error:
        thread.join()
        raise OSError(str(thread.error or error)) from error
    finally:
        thread.join()
    if thread.error is not None:
        raise OSError(str(thread.error)) from thread.error


@contextmanager
def reading(
    source: BinaryIO, identities: list[Identity]
) -> Iterator[tuple[tarfile.TarFile, "hashlib._Hash"]]:
    """Give the opened archive, to be read member by member in its order.

    Raises `Damaged` for a wrong key, any changed byte, and a file that is cut off.
    """
    sealed = _Hashing(source)
    read_end, write_end = os.pipe()
    pipe = os.fdopen(write_end, "wb", buffering=_READ)
    thread = _Thread(_decrypt, sealed, pipe, identities)
    thread.start()
    try:
        with os.fdopen(read_end, "rb") as opened:
            with tarfile.open(fileobj=opened, mode="r|") as tar:
                yield tar, sealed.digest
            while opened.read(_READ):  # to the end, whose seal is checked there
                pass
    except (tarfile.TarError, EOFError, ValueError) as error:
        thread.join()
        raise Damaged(_reason(thread.error)) from error
    finally:
        thread.join()
    if thread.error is not None:
        raise Damaged(_reason(thread.error)) from thread.error


def _encrypt(source: IO[bytes], output: _Hashing, recipients: list[Recipient]) -> None:
    with source:
        pyrage.encrypt_io(source, output, recipients)


def _decrypt(source: _Hashing, pipe: IO[bytes], identities: list[Identity]) -> None:
    with pipe:
        pyrage.decrypt_io(source, pipe, identities)


def _reason(error: BaseException | None) -> str:
    if error is not None and "No matching keys" in str(error):
        return "This key does not open it. Give another one with --identity."
    return "The backup is damaged. Take another copy of it."


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member

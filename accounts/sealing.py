"""Seals short texts that a thief of the database must not read.

The keys come from outside the database: the setting `FIELD_KEY`.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """The text was sealed with a key that this installation does not have."""


def seal(text: str) -> str:
    """Return `text` sealed with the first key, as ASCII."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return the text that was sealed with any of the keys; raises `CannotOpen`."""
    try:
        return _fernet(tuple(settings.FIELD_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotOpen(
            "FIELD_KEY does not open what is sealed in the database."
        ) from None


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    """Operators give long random words; Fernet wants 32 bytes."""
    return MultiFernet([Fernet(_stretched(key)) for key in keys])


def _stretched(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rnt-field-1")
    return base64.urlsafe_b64encode(derived.derive(key.encode()))

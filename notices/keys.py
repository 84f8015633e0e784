"""Keys that stand in addresses: they cannot be guessed and tell nothing."""

import secrets
from typing import Any

from django.core.signing import Signer

# No vowels and no look-alikes, so that a key never spells a word or misreads.
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
_FAIR = 256 - 256 % len(_ALPHABET)


def random_key(length: int = 12) -> str:
    """Return a random key of `length` letters and digits (about 57 bits at 12)."""
    key = ""
    while len(key) < length:
        # Bytes above the last full round would favour the first letters.
        fair = (byte for byte in secrets.token_bytes(2 * length) if byte < _FAIR)
        key += "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in fair)
    return key[:length]


def key_of(row: Any) -> str:
    """Return how an address names a row that has no key: no guessing, no counting."""
    return Signer(salt=row._meta.label_lower).signature(str(row.pk))[:16]


def notice_key(reference: str) -> str:
    """Return the address form of a public id: `2023/28245` becomes `2023-28245`."""
    return reference.replace("/", "-")

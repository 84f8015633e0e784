"""Code names of case files: dealt at random, never typed, telling nothing."""

import secrets
from pathlib import Path

# Birds, stones and plants: easy to say on the phone, no country and no people.
WORDS = (Path(__file__).parent / "codewords.txt").read_text().split()
_HIGHEST = 499


def deal_code() -> str:
    """Return a random code name such as KESTREL-73."""
    return f"{secrets.choice(WORDS)}-{secrets.randbelow(_HIGHEST - 1) + 2}"

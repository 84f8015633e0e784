"""What a line of text that people type must not hold."""

import unicodedata

from django.core.exceptions import ValidationError

# Marks that turn the reading direction of what follows (bidirectional controls).
_TURNS = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_line(text: str) -> None:
    """Refuse control characters, line breaks and marks that turn the reading direction.

    Such a name could forge a mail header or read as somebody else's.
    """
    if any(
        character in _TURNS or unicodedata.category(character) in ("Cc", "Zl", "Zp")
        for character in text
    ):
        raise ValidationError(
            "Write plain text on one line, without invisible characters.",
            code="not_plain",
        )

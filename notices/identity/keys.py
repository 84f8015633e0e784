"""What the database keeps of a name, so that a search in any script finds it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from notices.identity.words import taken_apart

LONGEST_KEY = 400


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The words of a name by sound, in order of the alphabet, and their consonants."""

    sounds: str
    frames: tuple[str, ...]


def keys_of(*parts: str | None) -> NameKeys:
    """Return the keys of a name whose parts may each be missing.

    Particles, titles and initials are left out where anything else is there.
    """
    words = {
        word
        for part in parts
        if part
        for piece in part.split()
        for word in _words(piece)
    }
    kept = sorted(word for word in words if word[2]) or sorted(words)
    return NameKeys(
        sounds=" ".join(dict.fromkeys(word[0] for word in kept))[:LONGEST_KEY],
        frames=tuple(_frames(word[1] for word in kept)),
    )


def _frames(frames: Iterable[str]) -> list[str]:
    return sorted({frame[:40] for frame in frames if frame})


@lru_cache(maxsize=1 << 16)
def _words(piece: str) -> tuple[tuple[str, str, bool], ...]:
    """Return (sound, frame, whether it tells much) of each word in `piece`."""
    name = taken_apart(piece)
    return tuple(
        (
            word.sound,
            word.frame,
            not (word.is_initial or word.is_particle or name.is_bare),
        )
        for word in name.words
    )

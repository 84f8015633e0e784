"""Where in a case document a text stands, in words."""

from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

# The path ("notices", 0, "warrants", 1) reads "notice 1, warrant 2".
_ONE_OF = {
    "names": "name",
    "rows": "fact",
    "notices": "notice",
    "warrants": "warrant",
    "charges": "charge",
    "assessments": "assessment",
    "findings_for": "finding for",
    "findings_against": "finding against",
    "decisions": "decision",
    "steps": "step",
    "chronology": "chronology entry",
    "notes": "note",
    "members": "person with access",
    "sources": "source",
}


def place_of(path: Path) -> str:
    """Say where a path into the document leads, as a reader would count."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int):
            words[-1] = f"{_ONE_OF.get(words[-1], words[-1])} {part + 1}"
        elif part != "value":
            words.append(part)
    return ", ".join(word.replace("_", " ") for word in words)


def strings_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every string of nested dicts and lists with its path, in reading order."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings_in(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from strings_in(inner, (*path, at))

"""Reads the tables of a rule set. Pure: files in, dictionaries out."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


class TableError(ValueError):
    """A table of the rules is wrong; the message says where."""


class UnknownRules(LookupError):
    """No rule set has this version; the message lists those there are."""


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise TableError(f"{path.name}: {problem}") from problem


@lru_cache(maxsize=1)
def _index() -> tuple[str, tuple[str, ...]]:
    table = _read(DATA / "rulesets.toml")
    return table["current"], tuple(row["version"] for row in table["ruleset"])


def current_version() -> str:
    """Return the version of the rule set in use."""
    return _index()[0]


def versions() -> tuple[str, ...]:
    """Return the versions of all rule sets, oldest first."""
    return _index()[1]


@dataclass(frozen=True, slots=True)
class RulesetNote:
    """A rule set: since when it holds, and what is new in it."""

    version: str
    valid_from: date
    note: str


def rulesets() -> tuple[RulesetNote, ...]:
    """Return every rule set, the newest first."""
    rows = _read(DATA / "rulesets.toml")["ruleset"]
    return tuple(RulesetNote(**row) for row in reversed(rows))


def _folder(version: str) -> Path:
    if version not in versions():
        known = ", ".join(versions())
        raise UnknownRules(f"There is no rule set {version}. There are: {known}.")
    return DATA / version


def read_table(version: str, name: str) -> dict[str, Any]:
    """Return the table `name` of rule set `version`.

    Raises UnknownRules for a version that is not listed, TableError for a broken file.
    """
    return _read(_folder(version) / name)


def has_table(version: str, name: str) -> bool:
    """Tell whether rule set `version` has the table `name`."""
    return (_folder(version) / name).exists()


def read_folder(version: str, name: str) -> dict[str, dict[str, Any]]:
    """Return every table in the folder `name` of rule set `version`, by file stem."""
    return {
        path.stem: _read(path)
        for path in sorted((_folder(version) / name).glob("*.toml"))
    }

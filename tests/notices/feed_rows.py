"""Invented rows in the shapes that feeds send, and a short way to read a file."""

import json
from pathlib import Path
from typing import Any

from notices.feeds.parsed import Gap, ParsedNotice, RowError, Source
from notices.feeds.registry import AUTO, Reader


def detail(reference: str = "2024/10001", **changes: Any) -> dict[str, Any]:
    """A detail record of the public endpoint."""
    record = {
        "arrest_warrants": [
            {
                "issuing_country_id": "RU",
                "charge": "Invented charge of fraud",
                "charge_translation": None,
            }
        ],
        "weight": 0,
        "forename": "Miron",
        "date_of_birth": "1979/03/14",
        "entity_id": reference,
        "languages_spoken_ids": ["RUS", "ENG"],
        "nationalities": ["RU"],
        "height": 1.68,
        "sex_id": "M",
        "country_of_birth_id": "MD",
        "name": "VALTESKU",
        "distinguishing_marks": None,
        "eyes_colors_id": ["BRO"],
        "hairs_id": None,
        "place_of_birth": "Invented town",
        "_embedded": {"links": []},
        "_links": {
            "self": {
                "href": "https://ws-public.interpol.int/notices/v1/red/"
                + reference.replace("/", "-")
            }
        },
    }
    return {**record, **changes}


def listed(reference: str = "2024/10001", **changes: Any) -> dict[str, Any]:
    """A row of a list page."""
    full = detail(reference, **changes)
    keys = ("forename", "date_of_birth", "entity_id", "nationalities", "name", "_links")
    return {key: full[key] for key in keys}


def page(rows: list[Any], total: int, **query: Any) -> dict[str, Any]:
    return {
        "total": total,
        "query": {"page": 1, "resultPerPage": 160, **query},
        "_embedded": {"notices": rows},
        "_links": {},
    }


def entity(reference: str = "2024/10001", **changes: Any) -> dict[str, Any]:
    """A person of `targets.nested.json`."""
    return {
        "id": "interpol-red-" + reference.replace("/", "-"),
        "caption": "Miron VALTESKU",
        "schema": "Person",
        "properties": {
            "firstName": ["Miron"],
            "lastName": ["VALTESKU"],
            "name": ["Miron VALTESKU"],
            "nationality": ["ru"],
            "country": ["md"],
            "birthDate": ["1979-03-14"],
            "gender": ["male"],
            "height": ["1.68"],
            "topics": ["crime", "wanted"],
            "sanctions": [
                {
                    "id": "interpol-red-sanction-1",
                    "schema": "Sanction",
                    "properties": {
                        "authorityId": [reference],
                        "authority": ["INTERPOL"],
                        "programId": ["INTERPOL-RN"],
                        "country": ["ru"],
                        "reason": ["Invented charge of fraud"],
                    },
                }
            ],
        },
        "referents": [],
        "datasets": ["interpol_red_notices"],
        "target": True,
        **changes,
    }


def write(folder: Path, name: str, content: Any, encoding: str = "utf-8") -> Path:
    """Write JSON values, text or bytes and return where."""
    path = folder / name
    if not isinstance(content, bytes):
        text = content if isinstance(content, str) else json.dumps(content)
        content = text.encode(encoding)
    path.write_bytes(content)
    return path


def as_lines(rows: list[Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


class Read:
    """Everything that files gave, sorted by what it is."""

    def __init__(self, *paths: Path, source_format: str = AUTO) -> None:
        sources = [Source(path, path.name, path.stat().st_size) for path in paths]
        reader = Reader(sources, source_format)
        items = list(reader.items())
        self.formats = reader.formats
        self.notices = [item for item in items if isinstance(item, ParsedNotice)]
        errors = [item for item in items if isinstance(item, RowError)]
        self.rejections = [error for error in errors if error.is_rejection]
        self.remarks = [error for error in errors if not error.is_rejection]
        self.gaps = [item.reason for item in items if isinstance(item, Gap)]
        self.gaps += [gap.reason for gap in reader.gaps()]

    @property
    def references(self) -> list[str]:
        return [notice.reference for notice in self.notices]

    @property
    def only(self) -> ParsedNotice:
        (notice,) = self.notices
        return notice

    def reported(self) -> list[str]:
        return [error.field for error in self.remarks]

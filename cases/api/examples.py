"""One invented row a resource, for the schema and the help page."""

from typing import Any

_BASE = "https://tracker.example.org/api/"
_RUSSIA = {"code": "RU", "name": "Russia"}

PERSON: dict[str, Any] = {
    "id": "tk4w9zq2mb7c",
    "url": f"{_BASE}people/tk4w9zq2mb7c/",
    "name": "VALTESKU Miron",
    "birth_date": "1979-03",
    "sex": "M",
}
NOTICE: dict[str, Any] = {
    "id": "2026-90412",
    "url": f"{_BASE}notices/2026-90412/",
    "reference": "2026/90412",
    "kind": "red",
    "listing": "listed",
    "person": {key: PERSON[key] for key in ("id", "url", "name")},
    "family_name": "VALTESKU",
    "forename": "Miron",
    "birth_date": "1979-03",
    "sex": "M",
    "nationalities": [_RUSSIA],
    "issuers": [_RUSSIA],
    "charge": "Incitement to hatred in posts on a channel",
    "first_seen": "2026-11-17T06:10:00Z",
    "last_seen": "2026-11-24T06:10:00Z",
    "last_changed": "2026-11-21T06:10:00Z",
    "absent_since": None,
}
COUNTRY: dict[str, Any] = {
    "id": "RU",
    "url": f"{_BASE}countries/RU/",
    "code": "RU",
    "name": "Russia",
    "alpha3": "RUS",
    "kind": "state",
}

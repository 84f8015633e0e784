"""Rows of the database as the API says them: plain dictionaries, made fast.

Each function takes the values of its `COLUMNS`. What a role may not read is not empty
but absent. The same shapes are described for the schema in `cases.api.shapes`.
"""

from functools import lru_cache
from typing import Any

from notices.countries import country_name

Json = dict[str, Any]

NOTICE_COLUMNS = (
    "key",
    "reference",
    "kind",
    "listing",
    "person__key",
    "person__display_name",
    "family_name",
    "forename",
    "birth_date",
    "sex",
    "nationalities",
    "issuers",
    "charge_summary",
    "first_seen",
    "last_seen",
    "last_changed",
    "absent_since",
)
FINDING_COLUMNS = (
    "confidentiality",
    "origin",
    "offence_classes",
    "breach_band",
    "article_band",
    "evidence_band",
    "urgency",
    "review__state",
    "review__outcome",
    "review__why",
    "review__why_detail",
    "review__why_at",
)
PERSON_COLUMNS = ("key", "display_name", "birth_date", "sex")
COUNTRY_COLUMNS = ("slug", "code", "name", "alpha3", "kind")


def through_review(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return columns of a notice as they are called from its review."""
    return tuple(
        column.removeprefix("review__")
        if column.startswith("review__")
        else f"notice__{column}"
        for column in columns
    )


@lru_cache(maxsize=1024)
def country(code: str | None) -> Json | None:
    """Return a code with its name; a dictionary that is shared, not to be changed."""
    return {"code": code, "name": country_name(code)} if code else None


def countries(codes: list[str] | None) -> list[Json | None] | None:
    return None if codes is None else [country(code) for code in codes]


def notice(row: tuple[Any, ...], base: str) -> Json:
    """One notice of a list; `base` is the address of the API.

    With the values of `FINDING_COLUMNS` behind the others it also says what the
    screening and the review came to.
    """
    key, person_key = row[0], row[4]
    said: Json = {
        "id": key,
        "url": f"{base}notices/{key}/",
        "reference": row[1],
        "kind": row[2],
        "listing": row[3],
        "person": {
            "id": person_key,
            "url": f"{base}people/{person_key}/",
            "name": row[5],
        },
        "family_name": row[6],
        "forename": row[7],
        "birth_date": row[8],
        "sex": row[9],
        "nationalities": countries(row[10]),
        "issuers": countries(row[11]),
        "charge": row[12],
        "first_seen": row[13],
        "last_seen": row[14],
        "last_changed": row[15],
        "absent_since": row[16],
    }
    if len(row) > len(NOTICE_COLUMNS):
        said |= _findings(row[len(NOTICE_COLUMNS) :])
    return said


def _findings(row: tuple[Any, ...]) -> Json:
    confidentiality, origin, offences, breach, article, evidence, urgency = row[:7]
    state, outcome, why, detail, why_at = row[7:]
    return {
        "confidentiality": confidentiality,
        "origin": origin,
        "offence_classes": offences,
        "screening": (
            {
                "rule_breach": breach,
                "article_2_3": article,
                "evidence": evidence,
                "urgency": urgency or None,
            }
            if breach
            else None
        ),
        "review": (
            {
                "state": state,
                "outcome": outcome or None,
                "why": why,
                "why_detail": detail or None,
                "why_at": why_at,
            }
            if state
            else None
        ),
    }


def person(row: tuple[Any, ...], base: str) -> Json:
    return {
        "id": row[0],
        "url": f"{base}people/{row[0]}/",
        "name": row[1],
        "birth_date": row[2],
        "sex": row[3],
    }


def country_row(row: tuple[Any, ...], base: str) -> Json:
    slug, code, name, alpha3, kind = row
    return {
        "id": slug,
        "url": f"{base}countries/{slug}/",
        "code": code,
        "name": name,
        "alpha3": alpha3,
        "kind": kind,
    }

"""Notices that nobody has seen yet: all their rows by COPY."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from notices.choices import ChangeKind, Confidentiality, Listing, Origin
from notices.feeds.parsed import FIELDS, LIST_FIELDS, ParsedNotice
from notices.ingest.copying import Json, copy_in, reserve_ids
from notices.ingest.differences import fingerprint
from notices.ingest.values import Values, hash_of, values_of
from notices.keys import notice_key, random_key
from notices.models import (
    FeedRun,
    Notice,
    NoticeVersion,
    Person,
    RawRecord,
    Warrant,
)
from notices.names import display_name, names_of, search_name

# PostgreSQL indexes no more than a megabyte of a text.
_LONGEST_SEARCH = 200_000
_NOTICE = (
    "id", "key", "kind", "origin", "confidentiality", "reference", "person_id",
    *FIELDS, "detail", "feed_id", "version_number", "listing", "first_seen",
    "last_seen", "last_changed", "issuers", "offence_classes", "charge_summary",
    "concern", "urgency", "needs_second_analyst",
)  # fmt: skip
_STAGING = """
CREATE TEMP TABLE IF NOT EXISTS fresh_notice ON COMMIT DELETE ROWS AS
SELECT *, ''::text AS search_text FROM notices_notice WITH NO DATA
"""


def create(parsed: Sequence[ParsedNotice], *, run: FeedRun, at: datetime) -> None:
    """Write the rows of notices that are not in the database; each reference once."""
    if not parsed:
        return
    size = len(parsed)
    values = [values_of(one) for one in parsed]
    warrants = [once(one.get("warrants") or []) for one in values]
    ids = {
        model: reserve_ids(model, size)
        for model in (Person, Notice, RawRecord, NoticeVersion)
    }
    people, notices, records, versions = (list(found) for found in ids.values())

    copy_in(
        "notices_person",
        ("id", "key", "display_name", "search_name", "birth_date", "sex", "created_at"),
        (
            (
                people[i], random_key(), display_name(one),
                search_name(parsed[i].aliases, one), one.get("birth_date"),
                one.get("sex"), at,
            )
            for i, one in enumerate(values)
        ),
    )  # fmt: skip
    copy_in(
        "notices_personname",
        ("person_id", "kind", "source", "family_name", "forename", "script",
         "name_key", "frames"),
        (
            (
                people[i],
                name.kind,
                name.source,
                name.family_name,
                name.forename,
                name.script,
                name.name_key,
                name.frames,
            )
            for i, one in enumerate(values)
            for name in names_of(parsed[i].aliases, one)
        ),
    )  # fmt: skip
    _notices(parsed, values, warrants, people, notices, run, at)
    _warrants(warrants, notices)
    copy_records(zip(records, notices, parsed, strict=True), run=run, at=at)
    copy_in(
        "notices_noticeversion",
        ("id", "notice_id", "number", "run_id", "record_id", "seen_at", "values"),
        (
            (versions[i], notices[i], 1, run.pk, records[i], at, Json(one))
            for i, one in enumerate(values)
        ),
    )
    copy_in(
        "notices_noticechange",
        ("notice_id", "version_id", "run_id", "kind", "at", "field"),
        (
            (notices[i], versions[i], run.pk, ChangeKind.NEW.value, at, "")
            for i in range(size)
        ),
    )
    copy_in(
        "notices_sighting",
        ("notice_id", "feed_id", "first_seen", "last_seen", "last_run_id",
         "missed_runs", "content_hashes", "earlier_hashes"),
        (
            (
                notices[i], run.feed_id, at, at, run.pk, 0,
                [hash_of(values[i], parsed[i].detail)], [],
            )
            for i in range(size)
        ),
    )  # fmt: skip


def copy_records(
    rows: Iterable[tuple[int, int, ParsedNotice]], *, run: FeedRun, at: datetime
) -> None:
    """Keep what was received; each row is (id of the record, notice, what it said)."""
    copy_in(
        "notices_rawrecord",
        ("id", "feed_id", "run_id", "notice_id", "received_at", "source", "row",
         "text", "sha256"),
        (
            (
                pk, run.feed_id, run.pk, notice, at, one.source[:300], one.row, one.raw,
                sha256(one.raw),
            )
            for pk, notice, one in rows
        ),
    )  # fmt: skip


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def issuers_of(warrants: Sequence[Values]) -> list[str]:
    """Return the issuing codes, each once, in their order."""
    return list(dict.fromkeys(w["issuer"] for w in warrants if w["issuer"]))


def summary_of(warrants: Sequence[Values]) -> str:
    """Return the charge line of lists: the first 300 characters of all charges."""
    return " ".join(
        "; ".join(c["text"] for w in warrants for c in w["charges"]).split()
    )[:300]


def search_text_of(warrants: Sequence[Values]) -> str:
    """Return what a search of the charges reads: originals and translations."""
    return " ".join(
        part
        for warrant in warrants
        for charge in warrant["charges"]
        for part in (charge["text"], charge["translation"])
        if part
    )[:_LONGEST_SEARCH]


def once(warrants: Sequence[Values]) -> list[Values]:
    """A feed may repeat a warrant word for word: it is one warrant."""
    return list({fingerprint(one): one for one in warrants}.values())


def _notices(
    parsed: Sequence[ParsedNotice],
    values: Sequence[Values],
    warrants: Sequence[Sequence[Values]],
    people: Sequence[int],
    notices: Sequence[int],
    run: FeedRun,
    at: datetime,
) -> None:
    stage_notices(
        (*_NOTICE, "search_text"),
        (
            (
                notices[i], notice_key(one.reference), one.kind,
                Origin.PUBLIC_LIST.value, Confidentiality.PUBLIC.value, one.reference,
                people[i], *(column(values[i], name) for name in FIELDS),
                int(one.detail), run.feed_id, 1, Listing.LISTED.value, at, at, at,
                issuers_of(warrants[i]), [], summary_of(warrants[i]), 0, "", False,
                search_text_of(warrants[i]),
            )
            for i, one in enumerate(parsed)
        ),
    )  # fmt: skip
    columns = ", ".join(_NOTICE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notices_notice ({columns}, search) "  # noqa: S608 - our names
            f"SELECT {columns}, to_tsvector('simple', search_text) FROM fresh_notice"
        )
        cursor.execute("DELETE FROM fresh_notice")


def stage_notices(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows of notices into the temporary table `fresh_notice`."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
    copy_in("fresh_notice", columns, rows)


def column(values: Values, name: str) -> Any:
    value = values.get(name)
    return list(value) if name in LIST_FIELDS and value is not None else value


def _warrants(warrants: Sequence[Sequence[Values]], notices: Sequence[int]) -> None:
    ids = reserve_ids(Warrant, sum(map(len, warrants)))
    rows = [
        (next(ids), notice, position, warrant)
        for notice, found in zip(notices, warrants, strict=True)
        for position, warrant in enumerate(found)
    ]
    copy_in(
        "notices_warrant",
        ("id", "notice_id", "position", "issuer_id", "fingerprint"),
        (
            (pk, notice, position, warrant["issuer"], fingerprint(warrant))
            for pk, notice, position, warrant in rows
        ),
    )
    copy_charges([(pk, warrant["charges"]) for pk, _, _, warrant in rows])


def copy_charges(charges: Sequence[tuple[int, Sequence[Values]]]) -> None:
    """Write the charges of warrants; each item is (warrant, its charges)."""
    copy_in(
        "notices_charge",
        ("warrant_id", "position", "text", "language", "translation", "translator"),
        (
            (
                warrant, place, charge["text"], charge["language"],
                charge["translation"], charge["translator"],
            )
            for warrant, found in charges
            for place, charge in enumerate(found)
        ),
    )  # fmt: skip

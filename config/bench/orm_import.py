"""The import that the ORM's own `bulk_create(update_conflicts=True)` gives."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db import transaction

from notices.choices import ChangeKind
from notices.feeds.parsed import ParsedNotice
from notices.feeds.registry import Reader
from notices.ingest.differences import fingerprint
from notices.ingest.fresh import issuers_of, sha256, summary_of
from notices.ingest.values import hash_of, values_of
from notices.keys import notice_key
from notices.models import (
    Charge,
    FeedRun,
    Notice,
    NoticeChange,
    NoticeVersion,
    Person,
    PersonName,
    RawRecord,
    Sighting,
    Warrant,
)
from notices.names import display_name, names_of, search_name

BATCH = 1000


def import_with_orm(*, run: FeedRun, reader: Reader, at: datetime) -> None:
    """Write every notice that `reader` yields, in batches of one transaction each."""
    batch: list[ParsedNotice] = []
    for item in reader.items():
        if isinstance(item, ParsedNotice):
            batch.append(item)
        if len(batch) == BATCH:
            _write(batch, run, at)
            batch = []
    if batch:
        _write(batch, run, at)


@transaction.atomic
def _write(batch: Sequence[ParsedNotice], run: FeedRun, at: datetime) -> None:
    values = [values_of(one) for one in batch]
    people = Person.objects.bulk_create(
        Person(
            display_name=display_name(one),
            search_name=search_name(parsed.aliases, one),
            birth_date=one.get("birth_date"),  # type: ignore[misc]
            sex=one.get("sex"),
        )
        for parsed, one in zip(batch, values, strict=True)
    )
    PersonName.objects.bulk_create(
        PersonName(
            person=person,
            kind=name.kind,
            source=name.source,
            family_name=name.family_name,
            forename=name.forename,
            script=name.script,
            name_key=name.name_key,
            frames=name.frames,
        )
        for person, parsed, one in zip(people, batch, values, strict=True)
        for name in names_of(parsed.aliases, one)
    )
    notices = Notice.objects.bulk_create(
        [
            Notice(
                key=notice_key(parsed.reference),
                kind=parsed.kind,
                reference=parsed.reference,
                person=person,
                detail=int(parsed.detail),
                feed_id=run.feed_id,
                first_seen=at,
                last_seen=at,
                last_changed=at,
                issuers=issuers_of(one["warrants"]),
                charge_summary=summary_of(one["warrants"]),
                **{name: one[name] for name in one if name != "warrants"},
            )
            for person, parsed, one in zip(people, batch, values, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["family_name", "forename", "last_seen", "issuers"],
    )
    keys = [one.pk for one in notices]
    Notice.objects.filter(pk__in=keys).update(
        search=SearchVector("charge_summary", config="simple")
    )
    warrants = Warrant.objects.bulk_create(
        [
            Warrant(
                notice=notice,
                issuer_id=warrant["issuer"],
                position=place,
                fingerprint=fingerprint(warrant),
            )
            for notice, one in zip(notices, values, strict=True)
            for place, warrant in enumerate(one["warrants"])
        ],
        update_conflicts=True,
        unique_fields=["notice", "fingerprint"],
        update_fields=["position"],
    )
    every = [warrant for one in values for warrant in one["warrants"]]
    Charge.objects.bulk_create(
        Charge(warrant=row, position=place, **charge)
        for row, warrant in zip(warrants, every, strict=True)
        for place, charge in enumerate(warrant["charges"])
    )
    records = RawRecord.objects.bulk_create(
        RawRecord(
            feed_id=run.feed_id,
            run=run,
            notice=notice,
            received_at=at,
            source=parsed.source,
            row=parsed.row,
            text=parsed.raw,
            sha256=sha256(parsed.raw),
        )
        for notice, parsed in zip(notices, batch, strict=True)
    )
    versions = NoticeVersion.objects.bulk_create(
        [
            NoticeVersion(
                notice=notice, number=1, run=run, record=record, seen_at=at, values=one
            )
            for notice, record, one in zip(notices, records, values, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["notice", "number"],
        update_fields=["values"],
    )
    NoticeChange.objects.bulk_create(
        NoticeChange(
            notice=notice, version=version, run=run, kind=ChangeKind.NEW, at=at
        )
        for notice, version in zip(notices, versions, strict=True)
    )
    Sighting.objects.bulk_create(
        [
            Sighting(
                notice=notice,
                feed_id=run.feed_id,
                first_seen=at,
                last_seen=at,
                last_run=run,
                content_hashes=[hash_of(one, int(parsed.detail))],
            )
            for notice, parsed, one in zip(notices, batch, values, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["notice", "feed"],
        update_fields=["last_seen", "last_run"],
    )

"""Notices that are in the database already: seen again, or changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from notices.choices import ChangeKind, Listing
from notices.feeds.parsed import FIELDS, ParsedNotice
from notices.ingest.differences import changes_between, fingerprint, pairs_of
from notices.ingest.fresh import (
    issuers_of,
    search_text_of,
    sha256,
    summary_of,
)
from notices.ingest.values import Values, merged
from notices.models import (
    Charge,
    FeedRun,
    Notice,
    NoticeChange,
    NoticeVersion,
    PersonName,
    RawRecord,
    Warrant,
)
from notices.names import display_name, names_of, search_name


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of a notice and of its sighting by this feed."""

    pk: int
    detail: int
    version: int
    has_sighting: bool
    content_hashes: list[str]
    earlier_hashes: list[str]
    last_run: int | None
    missed_runs: int

    def has_heard(self, content_hash: str, *, run: FeedRun) -> bool:
        """Tell whether the feed said this before, in this run or the one before it.

        Two files of one run may speak of the same notice differently; when both come
        again, neither is news.
        """
        heard = self.content_hashes
        if self.last_run == run.pk:
            heard = heard + self.earlier_hashes
        return content_hash in heard


def look_up(
    parsed: Sequence[ParsedNotice], *, run: FeedRun
) -> dict[tuple[str, str], Known]:
    """Return what is known, keyed by (kind, reference)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.kind, n.reference, n.id, n.detail, n.version_number,
                   s.id IS NOT NULL, coalesce(s.content_hashes, '{}'),
                   coalesce(s.earlier_hashes, '{}'), s.last_run_id,
                   coalesce(s.missed_runs, 0)
            FROM notices_notice n
            LEFT JOIN notices_sighting s ON s.notice_id = n.id AND s.feed_id = %s
            WHERE n.reference = ANY(%s) AND n.kind = ANY(%s)
            """,
            [
                run.feed_id,
                [one.reference for one in parsed],
                list({one.kind for one in parsed}),
            ],
        )
        return {(row[0], row[1]): Known(*row[2:]) for row in cursor.fetchall()}


_SEEN = """
INSERT INTO notices_sighting AS s
  (notice_id, feed_id, first_seen, last_seen, last_run_id, missed_runs,
   content_hashes, earlier_hashes)
SELECT notice, %(feed)s, %(at)s, %(at)s, %(run)s, 0, ARRAY[hash], '{}'
FROM unnest(%(notices)s::bigint[], %(hashes)s::text[]) AS told (notice, hash)
ON CONFLICT (notice_id, feed_id) DO UPDATE SET
  earlier_hashes = CASE WHEN s.last_run_id = excluded.last_run_id
    THEN s.earlier_hashes ELSE s.content_hashes END,
  content_hashes = CASE WHEN s.last_run_id = excluded.last_run_id
    THEN array_cat(s.content_hashes, excluded.content_hashes)
    ELSE excluded.content_hashes END,
  last_seen = excluded.last_seen, last_run_id = excluded.last_run_id,
  missed_runs = 0, absent_since = NULL
"""


def see_again(
    told: Mapping[int, str], found: Iterable[Known], *, run: FeedRun, at: datetime
) -> int:
    """Stamp the sightings of notices with what was said of them.

    `told` is the hash of what was said, keyed by notice. Returns how many of the
    notices had been missing from the feed.
    """
    if not told:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "feed": run.feed_id,
                "run": run.pk,
                "at": at,
                "notices": list(told),
                "hashes": list(told.values()),
            },
        )
    Notice.objects.filter(pk__in=told).update(last_seen=at)
    missing = [one.pk for one in found if one.missed_runs]
    if missing:
        concluded = Notice.objects.filter(
            pk__in=missing, listing=Listing.NO_LONGER_LISTED
        )
        NoticeChange.objects.bulk_create(
            NoticeChange(notice_id=pk, run=run, kind=ChangeKind.BACK, at=at)
            for pk in list(concluded.values_list("pk", flat=True))
        )
        Notice.objects.filter(pk__in=missing).update(
            listing=Listing.LISTED, absent_since=None
        )
    return len(missing)


def apply(parsed: ParsedNotice, known: Known, *, run: FeedRun, at: datetime) -> bool:
    """Bring a notice up to what `parsed` says; return whether anything changed.

    Makes a version and one change row a field. The sighting is stamped by the caller.
    """
    notice = Notice.objects.select_related("person").get(pk=known.pk)
    current = NoticeVersion.objects.get(notice=notice, number=notice.version_number)
    values = merged(current.values, notice.detail, parsed)
    changes = changes_between(current.values, values)
    notice.detail = max(notice.detail, int(parsed.detail))
    if not changes:
        notice.save(update_fields=["detail"])
        return False
    record = RawRecord.objects.create(
        feed_id=run.feed_id,
        run=run,
        notice=notice,
        received_at=at,
        source=parsed.source,
        row=parsed.row,
        text=parsed.raw.replace("\0", ""),
        sha256=sha256(parsed.raw),
    )
    write_version(
        notice,
        values,
        run=run,
        record=record,
        at=at,
        changes=[
            NoticeChange(
                kind=ChangeKind.CHANGED,
                field=change.field,
                before=change.before,
                after=change.after,
            )
            for change in changes
        ],
    )
    _rename(notice, parsed.aliases, values)
    return True


def write_version(
    notice: Notice,
    values: Values,
    *,
    run: FeedRun,
    record: RawRecord | None,
    at: datetime,
    changes: Sequence[NoticeChange],
) -> None:
    """Make `values` the current version of `notice`, with its `changes`."""
    before = {warrant.fingerprint: warrant for warrant in notice.warrants.all()}
    warrants = list(
        {fingerprint(one): one for one in values.get("warrants") or []}.values()
    )
    for name in FIELDS:
        setattr(notice, name, values.get(name))
    notice.version_number = F("version_number") + 1
    notice.last_changed = at
    notice.issuers = issuers_of(warrants)
    notice.charge_summary = summary_of(warrants)
    notice.save()
    notice.refresh_from_db(fields=["version_number"])
    _write_warrants(notice, before, warrants)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice SET search = to_tsvector('simple', %s) WHERE id = %s",
            [search_text_of(warrants), notice.pk],
        )
    version = NoticeVersion.objects.create(
        notice=notice,
        number=notice.version_number,
        run=run,
        record=record,
        seen_at=at,
        values=values,
    )
    for change in changes:
        change.notice, change.version, change.run, change.at = notice, version, run, at
    NoticeChange.objects.bulk_create(changes)


def _write_warrants(
    notice: Notice, before: Mapping[str, Warrant], after: Sequence[Values]
) -> None:
    """Keep the rows of warrants that stayed or were edited; add and remove the rest."""
    old = [
        {
            "issuer": warrant.issuer_id,
            "charges": [
                {"text": c.text, "translation": c.translation}
                for c in warrant.charges.all()
            ],
        }
        for warrant in before.values()
    ]
    rows = list(before.values())
    pairs = pairs_of(old, after)
    Warrant.objects.filter(
        pk__in=[
            rows[left].pk for left, right in pairs if left is not None and right is None
        ]
    ).delete()
    for left, right in pairs:
        if right is None:
            continue
        row = rows[left] if left is not None else Warrant(notice=notice)
        row.issuer_id = after[right]["issuer"]
        row.position, row.fingerprint = right, fingerprint(after[right])
        row.save()
        _write_charges(row, after[right]["charges"])


def _write_charges(warrant: Warrant, charges: Sequence[Mapping[str, Any]]) -> None:
    wanted = [
        (c["text"], c["language"], c["translation"], c["translator"]) for c in charges
    ]
    if wanted == list(
        warrant.charges.values_list("text", "language", "translation", "translator")
    ):
        return
    warrant.charges.all().delete()
    Charge.objects.bulk_create(
        Charge(
            warrant=warrant,
            position=place,
            text=text,
            language=language,
            translation=translation,
            translator=translator,
        )
        for place, (text, language, translation, translator) in enumerate(wanted)
    )


def _rename(notice: Notice, aliases: Sequence[str], values: Values) -> None:
    """Add names that are new; a name once received is never forgotten."""
    person = notice.person
    PersonName.objects.bulk_create(
        [
            PersonName(
                person=person,
                kind=name.kind,
                source=name.source,
                family_name=name.family_name,
                forename=name.forename,
                script=name.script,
            )
            for name in names_of(aliases, values)
        ],
        ignore_conflicts=True,
    )
    person.display_name = display_name(values)
    every = [str(name) for name in person.names.all()]
    person.search_name = search_name([*aliases, *every], values)
    person.birth_date = values.get("birth_date")
    person.sex = values.get("sex")
    person.save()

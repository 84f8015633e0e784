"""Notices that are in the database already: seen again, or changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from notices.choices import ChangeKind, Listing
from notices.feeds.parsed import ParsedNotice
from notices.ingest.differences import FieldChange, changes_between
from notices.ingest.values import merged
from notices.ingest.versions import Edit, write_versions
from notices.models import FeedRun, Notice, NoticeChange, NoticeVersion


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


def bring_up(
    told: Sequence[tuple[Known, ParsedNotice]], *, run: FeedRun, at: datetime
) -> list[tuple[ParsedNotice, list[FieldChange]]]:
    """Bring notices up to what is said of them; return those that changed, and how.

    Makes a version and one change row a field. The sightings are stamped by the caller.
    """
    notices = Notice.objects.in_bulk([known.pk for known, _ in told])
    current = {
        version.notice_id: version.values
        for version in NoticeVersion.objects.filter(
            notice__in=notices, number=F("notice__version_number")
        )
    }
    edits: list[Edit] = []
    changed: list[tuple[ParsedNotice, list[FieldChange]]] = []
    richer: list[Notice] = []
    for known, parsed in told:
        notice = notices[known.pk]
        before = current.get(known.pk, {})
        values = merged(before, notice.detail, parsed)
        changes = changes_between(before, values)
        detail = max(notice.detail, int(parsed.detail))
        if changes:
            changed.append((parsed, changes))
            edits.append(
                Edit(
                    notice_id=notice.pk,
                    person_id=notice.person_id,
                    number=notice.version_number + 1,
                    detail=detail,
                    values=values,
                    changes=changes,
                    parsed=parsed,
                    aliases=parsed.aliases,
                )
            )
        elif detail != notice.detail:
            notice.detail = detail
            richer.append(notice)
    Notice.objects.bulk_update(richer, ["detail"])
    write_versions(edits, run=run, at=at)
    return changed

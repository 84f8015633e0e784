"""What a complete run says about notices that it does not hold.

One complete run without a notice makes it "missing"; a second in a row makes it "no
longer publicly listed" (`domain/data-formats.md`, 2.4). Never more than that.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from notices.choices import ChangeKind, Listing
from notices.models import FeedRun, Sighting

CONCLUSIVE_RUNS = 2
# A list that lost more than half of its notices is not believed to be whole, unless it
# was a short one.
SHORT_LIST = 100

_MISS = """
UPDATE notices_sighting SET
  missed_runs = missed_runs + 1,
  absent_since = CASE
    WHEN missed_runs + 1 >= %(conclusive)s THEN %(at)s::timestamptz END
WHERE feed_id = %(feed)s AND last_run_id <> %(run)s AND missed_runs < %(conclusive)s
RETURNING notice_id, missed_runs
"""
# Another feed that still shows the notice keeps it listed.
_CONCLUDE = """
UPDATE notices_notice n SET listing = %(listing)s,
  absent_since = CASE
    WHEN %(concluded)s THEN %(at)s::timestamptz ELSE n.absent_since END
WHERE n.id = ANY(%(notices)s::bigint[]) AND n.origin = 'public_list' AND NOT EXISTS (
  SELECT 1 FROM notices_sighting s
  WHERE s.notice_id = n.id AND s.feed_id <> %(feed)s AND s.missed_runs = 0
)
RETURNING n.id
"""
_TELL = """
INSERT INTO notices_noticechange (notice_id, run_id, kind, at, field)
SELECT unnest(%(notices)s::bigint[]), %(run)s, %(kind)s, %(at)s, ''
"""


def shortfall(run: FeedRun) -> str | None:
    """Return why a list that calls itself whole is not believed to be, or None."""
    listed = Sighting.objects.filter(
        feed_id=run.feed_id, missed_runs__lt=CONCLUSIVE_RUNS
    )
    seen = listed.filter(last_run=run).count()
    known = listed.count()
    if not seen and known:
        return "The input holds no notice at all"
    if known >= SHORT_LIST and seen * 2 < known:
        return f"The input holds {seen:,} of {known:,} notices: less than half"
    return None


def judge_absences(*, run: FeedRun, at: datetime) -> int:
    """Judge what the complete `run` of a whole list did not hold.

    Returns how many notices of the feed were missing and not concluded before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MISS,
            {
                "feed": run.feed_id,
                "run": run.pk,
                "at": at,
                "conclusive": CONCLUSIVE_RUNS,
            },
        )
        found = cursor.fetchall()
        for is_concluded, listing, kind in (
            (False, Listing.MISSING, ChangeKind.MISSING),
            (True, Listing.NO_LONGER_LISTED, ChangeKind.NO_LONGER_LISTED),
        ):
            notices = [pk for pk, n in found if (n >= CONCLUSIVE_RUNS) == is_concluded]
            values: dict[str, Any] = {
                "notices": notices,
                "feed": run.feed_id,
                "run": run.pk,
                "at": at,
                "listing": listing.value,
                "kind": kind.value,
                "concluded": is_concluded,
            }
            cursor.execute(_CONCLUDE, values)
            values["notices"] = [row[0] for row in cursor.fetchall()]
            cursor.execute(_TELL, values)
    return len(found)

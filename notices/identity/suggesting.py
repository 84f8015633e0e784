"""Puts people side by side who may be one, after an import and set by set.

Nothing is decided here, and nothing follows from two ids being different: people who
were not put side by side may still be one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from notices.choices import ChangeKind, RunState
from notices.identity.choices import PairOrigin
from notices.identity.compare import SAME
from notices.identity.evidence import LIKE, best_comparison
from notices.models import FeedRun, IdentityPair, PersonName, SuggestionRun

# A name that more people bear says nothing without the day of birth.
COMMON = 200
# Nobody reads more for one person.
MOST_A_PERSON = 20
BATCH = 2000
SAME_DAY = 0.5
_CANDIDATES = """
WITH fresh AS (
  SELECT DISTINCT n.person_id AS id
  FROM notices_noticechange c JOIN notices_notice n ON n.id = c.notice_id
  WHERE c.run_id = %(run)s AND c.kind = ANY(%(kinds)s)
), keyed AS (
  SELECT DISTINCT f.id, m.frames, p.birth_date,
    regexp_replace(p.birth_date, '-01-01$', '') AS known
  FROM fresh f JOIN notices_personname m ON m.person_id = f.id
  JOIN notices_person p ON p.id = f.id
  WHERE cardinality(m.frames) > 1
), common AS (
  SELECT frames FROM notices_personname
  WHERE frames IN (SELECT frames FROM keyed)
  GROUP BY frames HAVING count(*) > %(common)s
), found AS (
  SELECT k.id AS one, o.id AS other,
    coalesce(length(k.birth_date) = 10 AND k.birth_date = o.birth_date, false) AS day
  FROM keyed k
  JOIN notices_personname m ON m.frames = k.frames AND m.person_id <> k.id
  JOIN notices_person o ON o.id = m.person_id
  WHERE (k.known IS NULL OR o.birth_date IS NULL
      OR starts_with(k.known, regexp_replace(o.birth_date, '-01-01$', ''))
      OR starts_with(regexp_replace(o.birth_date, '-01-01$', ''), k.known))
    AND (k.frames NOT IN (SELECT frames FROM common) OR k.birth_date = o.birth_date
      AND length(k.birth_date) = 10)
  UNION
  SELECT k.id, o.id, true
  FROM keyed k
  JOIN notices_person o ON o.birth_date = k.birth_date AND o.id <> k.id
  JOIN notices_personname m ON m.person_id = o.id AND m.frames && k.frames
  WHERE length(k.birth_date) = 10 AND k.birth_date NOT LIKE '%%-01-01'
)
SELECT least(one, other), greatest(one, other), bool_or(day)
FROM found
WHERE NOT EXISTS (
  SELECT 1 FROM notices_identitypair p
  WHERE p.left_id = least(one, other) AND p.right_id = greatest(one, other)
)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
"""
Candidate = tuple[int, int, bool]


def suggest_waiting(*, at: datetime) -> int:
    """Look at the people of every import that was not looked at; return the pairs made.

    One import after the other, each in one transaction: a worker that dies leaves the
    rest to the next one, and two workers never take the same import.
    """
    made = 0
    while True:
        with transaction.atomic():
            run = (
                FeedRun.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(
                    state__in=(RunState.COMPLETE, RunState.INCOMPLETE),
                    is_dry_run=False,
                    suggestions=None,
                )
                .order_by("pk")
                .first()
            )
            if run is None:
                return made
            made += suggest_after(run=run, at=at)


@transaction.atomic
def suggest_after(*, run: FeedRun, at: datetime) -> int:
    """Make pairs of the people of one import and others; return how many are new."""
    per_person: Counter[int] = Counter()
    made = 0
    for batch in _candidates(run):
        pairs = list(_pairs(batch, per_person, at))
        made += len(pairs)
        IdentityPair.objects.bulk_create(pairs, ignore_conflicts=True)
    SuggestionRun.objects.create(run=run, at=at, found=made)
    return made


def _candidates(run: FeedRun) -> Iterator[Sequence[Candidate]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "run": run.pk,
                "kinds": [ChangeKind.NEW.value, ChangeKind.CHANGED.value],
                "common": COMMON,
            },
        )
        while rows := cursor.fetchmany(BATCH):
            yield rows


def _pairs(
    batch: Sequence[Candidate], per_person: Counter[int], at: datetime
) -> Iterator[IdentityPair]:
    names = _names({pk for one, other, _ in batch for pk in (one, other)})
    for one, other, is_same_day in batch:
        if max(per_person[one], per_person[other]) >= MOST_A_PERSON:
            continue
        found = best_comparison(names[one], names[other])
        if found is None or found.score < (LIKE if is_same_day else SAME):
            continue
        per_person.update((one, other))
        yield IdentityPair(
            left_id=one,
            right_id=other,
            likeness=found.score + (SAME_DAY if is_same_day else 0),
            origin=PairOrigin.FOUND,
            made_at=at,
        )


def _names(people: Iterable[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    for name in PersonName.objects.filter(person__in=people):
        names[name.person_id].append(str(name))
    return names

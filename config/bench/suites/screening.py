"""Screening: the rules on text alone, with context from the database, and stored.

Each block takes notices that no block before has seen, so no text is remembered. The
process keeps to one core; PostgreSQL has another. What is asked for is a rate, so the
limit is the time in which that many notices must be through.
"""

import json
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.demo.people import load as load_demo
from config.bench.harness import LIMIT, OURS, Job, Timing
from config.bench.suites.imports import own_database
from notices.choices import ContextKind, FactKind, FeedKind, Level, RunState
from notices.feeds.parsed import Source
from notices.feeds.registry import Reader
from notices.ingest.services import ingest
from notices.models import ContextEntry, Feed, FeedRun, Notice, Person, PersonFact
from notices.screening.inputs import read_notices
from notices.screening.rules import assess
from notices.screening.ruleset import load
from notices.screening.services import GROUP, screen_notices
from notices.screening.types import ChargeIn, NoticeFacts, WarrantIn

DATABASE = "bench_screening"
MOST, BLOCKS = 50_000, 5
TEXT_RATE, CONTEXT_RATE = 10_000, 2_000
ISSUERS = ("RU", "SV", "AR", "TR", "IN", "PK", "US", "BR", "AZ", "TJ", "BY", "CN")
# In the shape of public lists: most texts are of one notice, some of many.
SHARED = 0.15


def jobs(*, rows: int, seed: int, say: Callable[[str], None]) -> list[Job]:
    """Screen invented notices in three ways, each in blocks of notices of its own."""
    rows = min(rows, MOST)
    path = _file(rows, seed)
    with own_database(DATABASE), _one_core() as core:
        _fill(path, seed)
        ids = list(Notice.objects.order_by("pk").values_list("pk", flat=True))
        *parts, first = _parts(ids, 3 * BLOCKS + 1)
        # The tables are compiled with the first texts; that is not timed.
        for screen in (_text_alone, _context, _stored):
            screen(first)
        made = [
            _job("screening, text alone", TEXT_RATE, parts[0::3], _text_alone, say),
            _job("screening, with context", CONTEXT_RATE, parts[1::3], _context, say),
            _job("screening, stored", None, parts[2::3], _stored, say),
        ]
    for job in made:
        job.extra["core"] = core
    return made


def _job(
    name: str,
    rate: int | None,
    parts: Sequence[Sequence[int]],
    screen: Callable[[Sequence[int]], tuple[float, float]],
    say: Callable[[str], None],
) -> Job:
    """Time `screen` on each part; it returns milliseconds by the wall and of work."""
    ours, allowed, rates, of_core = Timing(), Timing(), [], []
    for part in parts:
        spent, worked = screen(part)
        ours.blocks.append(spent)
        ours.calls.append(spent)
        rates.append(round(len(part) / spent * 1000))
        of_core.append(round(len(part) / worked * 1000))
        if rate:
            allowed.blocks.append(len(part) / rate * 1000)
            allowed.calls.append(allowed.blocks[-1])
    say(
        f"  {name}: {min(rates):,} to {max(rates):,} notices/s, "
        f"{min(of_core):,} to {max(of_core):,} a second of the core's time"
    )
    return Job(
        name=name,
        rows=sum(map(len, parts)),
        timings={OURS: ours, **({LIMIT: allowed} if rate else {})},
        names={OURS: "one process on one core", LIMIT: f"{rate or 0:,} a second"},
        goals={LIMIT: (f"at least {rate:,} notices a second", 1.0)} if rate else {},
        # Others who work on the machine slow the first down and not the second, which
        # leaves out what PostgreSQL does on its own core.
        extra={"notices_per_second": rates, "per_second_of_the_core": of_core},
    )


def _text_alone(ids: Sequence[int]) -> tuple[float, float]:
    """Screen the charges as they stand; reading them from the database is not timed."""
    rules = load()
    rows = Notice.objects.filter(pk__in=ids).values_list(
        "warrants__issuer", "warrants__charges__text"
    )
    facts = [
        NoticeFacts(
            warrants=(WarrantIn(code, (ChargeIn(text, "warrant 1, charge 1"),)),)
        )
        for code, text in rows
    ]
    clock = _Clock()
    for one in facts:
        assess(one, rules, count_suggestions=False)
    return clock.spent()


def _context(ids: Sequence[int]) -> tuple[float, float]:
    """Read notices and everything beside them, and screen; nothing is kept."""
    rules, on = load(), timezone.now().date()
    clock = _Clock()
    for group in _groups(ids):
        for facts in read_notices(group, rules=rules, on=on).facts.values():
            assess(facts, rules, count_suggestions=False)
    return clock.spent()


def _stored(ids: Sequence[int]) -> tuple[float, float]:
    """The whole of it, as after an import: read, screen, keep."""
    clock = _Clock()
    screen_notices(notice_ids=ids, at=timezone.now())
    return clock.spent()


class _Clock:
    """Milliseconds since it was made, by the wall and of this process's work."""

    def __init__(self) -> None:
        self._wall, self._work = time.perf_counter(), time.process_time()

    def spent(self) -> tuple[float, float]:
        return (
            (time.perf_counter() - self._wall) * 1000,
            (time.process_time() - self._work) * 1000,
        )


def _groups(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), GROUP):
        yield ids[first : first + GROUP]


def _parts(ids: Sequence[int], number: int) -> list[list[int]]:
    """Deal notices out; a group of one state or one text is in every part alike."""
    return [list(ids[first::number]) for first in range(number)]


@contextmanager
def _one_core() -> Iterator[str]:
    """Keep this process to one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield "not pinned"
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield f"pinned to one of {len(cores)}"
    finally:
        os.sched_setaffinity(0, cores)


def _fill(path: Path, seed: int) -> None:
    """Take the file in, and put beside it what a used database has."""
    chance = random.Random(seed)  # noqa: S311 - invented data, not secrets
    now = timezone.now()
    feed = Feed.objects.create(slug="bench", name="Bench", kind=FeedKind.INTERPOL)
    # A whole list was read before, so the day of every alert is known.
    FeedRun.objects.create(
        feed=feed,
        state=RunState.COMPLETE,
        is_full=True,
        created_at=now - timedelta(days=90),
        ended_at=now - timedelta(days=90),
    )
    run = FeedRun.objects.create(feed=feed, state=RunState.READING, created_at=now)
    ingest(
        run=run, reader=Reader([Source(path, path.name, path.stat().st_size)]), at=now
    )
    author = User.objects.create(
        email="bench@bench.example", name="Bench", role=Role.ANALYST
    )
    _entries(author, chance)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    PersonFact.objects.bulk_create(
        PersonFact(
            person_id=person,
            kind=FactKind.CCF if number % 2 else FactKind.PROFESSION,
            value="not_compliant" if number % 2 else "journalist",
            level=Level.DOCUMENTED,
            source="Invented",
            recorded_by=author,
            recorded_at=now,
        )
        for number, person in enumerate(people[::20])
    )
    # One in thirty people has a second alert.
    twice = people[::30]
    for first, second in zip(twice[0::2], twice[1::2], strict=False):
        Notice.objects.filter(person=second).update(person=first)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _entries(author: User, chance: random.Random) -> None:
    """Forty events and five records of each state, over ten years."""
    now = timezone.now()
    kinds = [one for one in ContextKind if one != ContextKind.REFORM]
    ContextEntry.objects.bulk_create(
        ContextEntry(
            country_id=code,
            kind=ContextKind.MISUSE if number < 5 else chance.choice(kinds),
            happened_on=(now - timedelta(days=chance.randrange(3650)))
            .date()
            .isoformat(),
            what=f"Invented entry {number} of {code}",
            source="Invented",
            level=Level.DOCUMENTED,
            is_invented=True,
            entered_by=author,
            entered_at=now,
        )
        for code in ISSUERS
        for number in range(45)
    )


def _file(rows: int, seed: int) -> Path:
    """Return a file of `rows` detail records, one a line, made on first use."""
    path = settings.DATA_DIR / f"screening-{rows}-{seed}.jsonl"
    if path.exists():
        return path
    chance = random.Random(seed)  # noqa: S311 - invented data, not secrets
    cultures = list(load_demo("names.json")["cultures"].values())
    table = load_demo("charges.json")
    texts = [
        one["text"]
        for theme in ("political", "business", "ordinary")
        for one in table[theme]
    ]
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            names = chance.choice(cultures)
            text = chance.choice(texts)
            # A text of many is one of few; a text of one has a number of its own.
            mark = chance.randrange(200) if chance.random() < SHARED else f"x{number}"
            country = chance.choice(ISSUERS)
            record = {
                "entity_id": f"{2010 + number % 16}/{100_000 + number}",
                "name": chance.choice(names["family"])[0],
                "forename": chance.choice(names["male"])[0],
                "date_of_birth": f"{1950 + number % 55}/{1 + number % 12:02d}/11",
                "sex_id": "M",
                "nationalities": [country],
                "country_of_birth_id": country,
                "arrest_warrants": [
                    {
                        "issuing_country_id": country,
                        "charge": f"{text}; committed in a group, file {mark}",
                        "charge_translation": None,
                    }
                ],
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path

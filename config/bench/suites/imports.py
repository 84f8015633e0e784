"""Taking in a file of new notices: against `bulk_create(update_conflicts)`.

The peer parses the same file with the same parser and writes the same rows into the
same tables, with all their indexes, as a careful team would with the ORM alone.
"""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from cases.demo.people import load
from config.bench.harness import OURS, PEER, Job, Timing
from config.bench.orm_import import import_with_orm
from notices.choices import FeedKind, RunState
from notices.feeds.parsed import Source
from notices.feeds.registry import Reader
from notices.ingest.services import ingest
from notices.models import Feed, FeedRun, Notice

DATABASE = "bench_import"
ROUNDS = 3


def jobs(*, rows: int, seed: int, say: Callable[[str], None]) -> list[Job]:
    """Import the same file by turns, each time into empty tables."""
    path = _file(rows, seed)
    timings = {OURS: Timing(), PEER: Timing()}
    contenders = {OURS: _ours, PEER: _peer}
    peak = 0
    with own_database(DATABASE):
        for number in range(ROUNDS):
            names = list(contenders)
            for name in names if number % 2 == 0 else reversed(names):
                spent = _timed(contenders[name], path, rows)
                timings[name].blocks.append(spent)
                timings[name].calls.append(spent)
                peak = peak or _peak_mb()
                say(f"  {name}: {rows / spent * 1000:,.0f} rows/s")
    return [
        Job(
            name=f"import of {rows:,}",
            rows=rows,
            timings=timings,
            names={
                OURS: "COPY, one transaction a batch",
                PEER: "bulk_create(update_conflicts) of the same rows",
            },
            goals={PEER: ("at least 2x as fast as bulk_create", 1 / 2)},
            extra={
                "rows_per_second": {
                    name: [round(rows / ms * 1000) for ms in timing.blocks]
                    for name, timing in timings.items()
                },
                "peak_memory_mb": peak,
            },
        )
    ]


def _timed(contender: Callable[[Path], None], path: Path, rows: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notices_feed, notices_person CASCADE")
    start = time.perf_counter()
    contender(path)
    spent = (time.perf_counter() - start) * 1000
    if Notice.objects.count() != rows:
        raise RuntimeError(f"{Notice.objects.count()} of {rows} notices are in")
    return spent


def _ours(path: Path) -> None:
    run = _run()
    ingest(run=run, reader=_reader(path), at=timezone.now())


def _peer(path: Path) -> None:
    import_with_orm(run=_run(), reader=_reader(path), at=timezone.now())


def _run() -> FeedRun:
    feed = Feed.objects.create(slug="bench", name="Bench", kind=FeedKind.INTERPOL)
    return FeedRun.objects.create(
        feed=feed, state=RunState.READING, created_at=timezone.now()
    )


def _reader(path: Path) -> Reader:
    return Reader([Source(path, path.name, path.stat().st_size)])


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Work in an empty database `name` beside the one of the pages."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    before = connection.settings_dict["NAME"]
    _switch_to(name)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _switch_to(before)


def _switch_to(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _file(rows: int, seed: int) -> Path:
    """Return a file of `rows` detail records, one a line, made on first use."""
    path = settings.DATA_DIR / f"import-{rows}-{seed}.jsonl"
    if path.exists():
        return path
    chance = random.Random(seed)  # noqa: S311 - invented data, not secrets
    cultures = list(load("names.json")["cultures"].values())
    charges = [c["text"] for c in load("charges.json")["ordinary"]]
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            table = chance.choice(cultures)
            country = chance.choice(["RU", "SV", "AR", "TR", "IN", "PK", "US", "BR"])
            record = {
                "entity_id": f"{2010 + number % 16}/{100_000 + number}",
                "name": chance.choice(table["family"])[0],
                "forename": chance.choice(table["male"])[0],
                "date_of_birth": f"{1950 + number % 55}/{1 + number % 12:02d}/11",
                "sex_id": "M",
                "nationalities": [country],
                "country_of_birth_id": country,
                "height": 1.7,
                "weight": 0,
                "languages_spoken_ids": ["ENG"],
                "arrest_warrants": [
                    {
                        "issuing_country_id": country,
                        "charge": f"{chance.choice(charges)}; file {number}",
                        "charge_translation": None,
                    }
                ],
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

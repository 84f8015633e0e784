"""One measurement from an empty database to a report."""

import platform
from collections.abc import Callable, Sequence
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config.bench.generate import fill
from config.bench.harness import Job, load_average
from config.bench.suites import access, api, imports, names, page, screening
from notices.models import Notice

SUITES: dict[str, Callable[..., list[Job]]] = {
    "page": page.jobs,
    "api": api.jobs,
    "access": access.jobs,
    "names": names.jobs,
    "import": imports.jobs,
    "screening": screening.jobs,
}


def run(
    *,
    rows: int,
    import_rows: int,
    seed: int,
    suites: Sequence[str],
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Fill the folder's database if needed, run the suites, return the report."""
    settings.ROOT_URLCONF = "config.bench.urls"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", verbosity=0)
    before = load_average()
    data_hash = ""
    if {"page", "api", "access", "names"} & set(suites):
        data_hash = _data(rows=rows, seed=seed, say=say)
    jobs: list[Job] = []
    for name in suites:
        say(f"Suite {name} …")
        jobs += SUITES[name](
            rows=import_rows if name == "import" else rows, seed=seed, say=say
        )
    return {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, "
        f"Django {django.__version__}, PostgreSQL {_server_version()}",
        "rows": rows,
        "seed": seed,
        "data_hash": data_hash,
        "load_before": before,
        "load_after": load_average(),
        "jobs": [job.report() for job in jobs],
    }


def _data(*, rows: int, seed: int, say: Callable[[str], None]) -> str:
    """Return the hash of the generated data, making it when it is not there yet."""
    mark = settings.DATA_DIR / f"bench-{rows}-{seed}"
    if mark.exists() and Notice.objects.count() == rows:
        return mark.read_text()
    say(f"Generating {rows:,} notices …")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    data_hash = fill(rows=rows, seed=seed)
    mark.write_text(data_hash)
    return data_hash


def _server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])

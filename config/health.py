"""Whether the parts of an installation work: for load balancers and for people."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import pulse

# How long a part may be silent before people are told, in words or in red.
SILENT = timedelta(minutes=5)
# Little room left: a share, and an amount, so that a large disk is not blamed.
DISK_SHARE = 0.10
DISK_BYTES = 5 * 1024**3
BROKER_SECONDS = 2.0
BACKUP_AGE = timedelta(hours=50)


@dataclass(frozen=True)
class Check:
    """One part of the installation, whether it works, and a sentence for people."""

    name: str
    ok: bool
    detail: str


def database(_: datetime) -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return Check("database", ok=True, detail=f"PostgreSQL {version} answers.")


def migrations(_: datetime) -> Check:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        detail = f"{len(waiting)} migrations wait. Run: bin/manage migrate"
        return Check("migrations", ok=False, detail=detail)
    return Check("migrations", ok=True, detail="The tables fit this version.")


def broker(_: datetime) -> Check:
    with redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
    ) as client:
        client.ping()
    return Check("broker", ok=True, detail="The broker answers.")


def disk(_: datetime) -> Check:
    folder = next(
        path
        for path in (settings.DATA_DIR, *settings.DATA_DIR.parents)
        if path.exists()
    )
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    room = f"{usage.free / 1024**3:.1f} GB free, {share:.0%} of the disk."
    low = share < DISK_SHARE and usage.free < DISK_BYTES
    return Check("disk", ok=not low, detail=f"Make room: {room}" if low else room)


def worker(at: datetime) -> Check:
    return _alive("worker", pulse.WORKER, at, "Nothing moves. Restart the worker.")


def beat(at: datetime) -> Check:
    return _alive(
        "beat", pulse.BEAT, at, "Digests will not start by themselves. Restart beat."
    )


def backup(at: datetime) -> Check:
    last = pulse.last(pulse.BACKUP)
    if last is None:
        detail = "No backup was made yet. Set BACKUP_DIR, or run: bin/manage backup"
        return Check("backup", ok=settings.SELF_CONTAINED, detail=detail)
    hours = max(0, round((at - last).total_seconds() / 3600))
    detail = f"The last backup is {hours} h old."
    if at - last > BACKUP_AGE:
        return Check("backup", ok=False, detail=f"{detail} Look why none was made.")
    return Check("backup", ok=True, detail=detail)


READY = {"database": database, "migrations": migrations, "broker": broker, "disk": disk}
CHECKS: dict[str, Callable[[datetime], Check]] = {
    **READY,
    "worker": worker,
    "beat": beat,
    "backup": backup,
}


def examine(names: Iterable[str], *, at: datetime) -> list[Check]:
    """Run the checks of those names; a check that cannot be made has failed."""
    return [_examine(name, at) for name in names]


@require_safe
@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """Say that this process answers; touches nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_: HttpRequest) -> HttpResponse:
    """Say whether this process can serve, and if not, only the names of the parts."""
    failing = [
        check.name for check in examine(READY, at=timezone.now()) if not check.ok
    ]
    if failing:
        text = f"not ready: {', '.join(failing)}\n"
        return HttpResponse(text, content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def _examine(name: str, at: datetime) -> Check:
    try:
        return CHECKS[name](at)
    except (DatabaseError, InterfaceError, redis.RedisError, OSError) as error:
        first = str(error).strip().partition("\n")[0]
        return Check(name, ok=False, detail=first or type(error).__name__)


def _alive(name: str, key: str, at: datetime, trouble: str) -> Check:
    last = pulse.last(key)
    if last is None:
        return Check(name, ok=False, detail=f"No sign of life yet. {trouble}")
    seconds = max(0, round((at - last).total_seconds()))
    detail = f"Last sign of life {seconds} s ago."
    if at - last > SILENT:
        return Check(name, ok=False, detail=f"{detail} {trouble}")
    return Check(name, ok=True, detail=detail)

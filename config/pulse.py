"""Signs of life of the worker and of beat, kept as rows.

A worker that only answers pings may still be stuck, so the sign is written by a task
that beat sends: it proves the whole way, and can be read without a broker.
"""

from datetime import datetime

from cases.models import BeatTick

WORKER = "worker"
BEAT = "beat"
# When a backup was last made; a sign of life like the others.
BACKUP = "backup"
EVERY_SECONDS = 30


def record(name: str, *, at: datetime) -> None:
    """Note that the part of that name was alive at that time."""
    BeatTick.objects.update_or_create(name=name, defaults={"at": at})


def last(name: str) -> datetime | None:
    """Return when the part of that name last gave a sign of life."""
    return BeatTick.objects.filter(name=name).values_list("at", flat=True).first()

"""The clock of the background work: however many run, one ticks.

Beat holds an advisory lock of PostgreSQL on a connection of its own. The lock ends with
that connection, so a standby takes over as soon as the first is gone. `DATABASE_URL`
has to reach PostgreSQL itself: a pooler that shares connections would share the lock.
"""

import logging
import time
from typing import Any

from celery.beat import Scheduler
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from config import pulse

LOCK = 0x72656E6F  # any number that nothing else in this database locks
STANDBY_SECONDS = 1.0
LONGEST_SLEEP_SECONDS = 5.0
log = logging.getLogger(__name__)


class SingleScheduler(Scheduler):
    """Sends what is due while it holds the lock, otherwise waits its turn.

    Keeps no file: every task looks in the database for what is due, so a tick that was
    missed while nobody ran is made good by the next one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._guard = connections.create_connection("default")
        self._leads = False
        self._signed = 0.0
        self._told = ""
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send at most one due task; return how many seconds to sleep."""
        try:
            if not self._holds_lock():
                return STANDBY_SECONDS
            self._give_sign()
        except (DatabaseError, InterfaceError) as error:
            self._tell(f"no database, waiting: {error}")
            self._leads = False
            self._guard.close()
            return STANDBY_SECONDS
        wait: float = super().tick(*args, **kwargs)
        return min(wait, LONGEST_SLEEP_SECONDS)

    def close(self) -> None:
        """Let a standby take over at once."""
        super().close()
        self._leads = False
        self._guard.close()

    def _holds_lock(self) -> bool:
        with self._guard.cursor() as cursor:
            if self._leads:  # fails if the connection, and the lock with it, is gone
                cursor.execute("SELECT 1")
                return True
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            (self._leads,) = cursor.fetchone()
        self._tell("this beat ticks" if self._leads else "another beat ticks, waiting")
        return self._leads

    def _tell(self, news: str) -> None:
        if news != self._told:
            log.warning("%s", news)
        self._told = news

    def _give_sign(self) -> None:
        now = time.monotonic()
        if not self._signed or now - self._signed > pulse.EVERY_SECONDS:
            pulse.record(pulse.BEAT, at=timezone.now())
            self._signed = now

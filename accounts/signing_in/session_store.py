"""Where sessions are kept: in the database, with their person and their two ends.

Named by `SESSION_ENGINE`. Both ends are in the row, so that the one query which loads a
session also refuses one that is over.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import BrowserSession
from accounts.models.session import stored_key

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
# A session in use is marked as such no more often than this.
MARKED_EACH = timedelta(minutes=1)

BEGAN = "began"
DEVICE = "device"


class SessionStore(DatabaseStore):
    """Django's store over `BrowserSession`."""

    row: BrowserSession | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def _get_session_from_db(self) -> BrowserSession | None:
        """Return the row, its person with it: whoever reads a session wants both."""
        key, now = stored_key(self.session_key or ""), timezone.now()
        joined = BrowserSession.objects.select_related("user")
        self.row = joined.filter(session_key=key, expire_date__gt=now).first()
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_key(key))

    def begin(self, *, device: str) -> None:
        """Count from now on: somebody has just signed in with this browser."""
        self[BEGAN] = time.time()
        self[DEVICE] = device[:200]

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        now = timezone.now()
        somebody = data.get(SESSION_KEY)
        # Whoever got in without `begin` gets no longer session by that.
        began = data.setdefault(BEGAN, time.time()) if somebody else None
        began_at = None if began is None else datetime.fromtimestamp(began, UTC)
        return BrowserSession(
            session_key=stored_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=_end(began_at, now),
            user_id=somebody,
            device=data.get(DEVICE, ""),
            began_at=began_at,
            seen_at=now,
        )

    def mark_used(self) -> None:
        """Put off the idle end; one write a minute at most, and none beside a save."""
        row, now = self.row, timezone.now()
        if row is None or row.user_id is None or self.modified:
            return
        if now - row.seen_at >= MARKED_EACH:
            BrowserSession.objects.filter(pk=row.pk).update(
                seen_at=now, expire_date=_end(row.began_at, now)
            )


def _end(began_at: datetime | None, now: datetime) -> datetime:
    idle = now + IDLE
    return idle if began_at is None else min(idle, began_at + LONGEST)

"""Browsers that are signed in, and how long they stay so."""

import hashlib
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q


def stored_key(session_key: str) -> str:
    """Return under what key a session is kept: whoever reads the table opens none.

    The browser alone has the key itself. As long as the column allows.
    """
    return hashlib.sha256(f"rnt-session-1\n{session_key}".encode()).hexdigest()[:40]


class BrowserSession(AbstractBaseSession):
    """One session of one browser; without a user nobody has signed in with it yet.

    `expire_date` is the end that holds: an hour after the last use, and twelve after
    the beginning. The key is a hash (`stored_key`).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="browser_sessions",
    )
    # What the browser says it is.
    device = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(user=None) | Q(began_at__isnull=False),
                name="session_of_somebody_has_a_beginning",
            ),
        )

    @classmethod
    def get_session_store_class(cls) -> type:
        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store

"""Browsers that are signed in, and how long they stay so."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q


class BrowserSession(AbstractBaseSession):
    """One session of one browser; without a user nobody has signed in with it yet.

    `expire_date` is the end that holds: an hour after the last use, and twelve after
    the beginning.
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

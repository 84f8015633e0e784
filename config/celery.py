"""The Celery app. JSON and ids only on the wire; results are rows, not messages."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_ready
from django.conf import settings
from django.utils.log import configure_logging

from config.attach import attach

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "config",
        "accounts",
        "accounts.alarms",
        "accounts.signing_in",
        "notices.screening",
        "cases.bulk",
        "notices.identity",
        "cases.intake",
        "cases.review",
        "cases.glass",
        "cases.exports",
        "cases.digests",
        "cases.keeping",
    ]
)


@setup_logging.connect
def log_as_the_app_does(loglevel: int | None = None, **_: Any) -> None:
    """Keep Celery's own lines out, which repeat arguments and words of errors."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@worker_init.connect
@beat_init.connect
def attach_first(**_: Any) -> None:
    """A worker and beat may be the first to need the embedded servers."""
    attach()


@worker_ready.connect
def give_sign_at_once(**_: Any) -> None:
    """Let people see a new worker now, not at beat's next turn."""
    app.send_task("config.tasks.give_sign")

"""The Celery app. JSON and ids only on the wire; results are rows, not messages."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["cases.intake", "cases.review", "cases.exports", "cases.digests"]
)

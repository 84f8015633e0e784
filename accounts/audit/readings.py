"""Who reads the log's entries about a closed file leaves an entry there as well.

A page leaves one for each such file, however many of its entries it shows. Entries of
this kind alone leave none: else each look at the log would grow the log for good.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from accounts.audit.actions import Action
from accounts.audit.record import record_each
from accounts.models import AuditEntry, User


def record_log_readings(*, reader: User, entries: Iterable[AuditEntry]) -> None:
    """Record which closed files the entries on a page tell of; call before it goes out.

    They come from `AuditQuerySet.with_hashes_for`: what is sealed tells of no file.
    """
    _record(
        reader,
        {
            entry.file_pk
            for entry in entries
            if entry.is_open and entry.action != Action.CASE_LOG_READ.value
        },
    )


def record_log_taking(*, reader: User, entries: models.QuerySet[Any]) -> None:
    """The same for every entry of a table that somebody takes away."""
    told = entries.filter(is_open=True).exclude(file_pk=None)
    told = told.exclude(action=Action.CASE_LOG_READ.value).order_by()
    _record(reader, set(told.values_list("file_pk", flat=True).distinct()))


def _record(reader: User, files: set[int | None]) -> None:
    """The layer above tells which files are closed, by a method of their manager."""
    numbers = sorted(pk for pk in files if pk is not None)
    if not numbers:
        return
    for model in apps.get_models():
        manager: Any = model._default_manager
        if hasattr(manager, "noting_readings"):
            closed = manager.noting_readings().filter(pk__in=numbers).order_by("pk")
            record_each(action=Action.CASE_LOG_READ, actor=reader, targets=closed)

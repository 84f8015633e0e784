"""Checks the log that is in the database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Subquery

from accounts.audit.chain import Head, LogRow, Problem, Verdict, verify
from accounts.models import AuditEntry, AuditHead

# What has to stand guard, by table (migration `0002_audit_chain`).
GUARDS = {
    AuditEntry._meta.db_table: {"audit_number", "audit_append_only"},
    AuditHead._meta.db_table: {"audit_head_moves_with_entry", "audit_head_stays"},
}


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict on the log, and what weakens it without being wrong."""

    verdict: Verdict
    warnings: tuple[str, ...]


def check_log() -> Report:
    """Read the whole log and check it; nothing is written, writers may go on.

    The head is read first, so every entry up to it must be there when the rows are.
    """
    head = AuditHead.objects.first()
    verdict = verify(_rows(head), Head(head.seq, head.hash) if head else None)
    problems = (*verdict.problems, *_strays(), *_missing_guards())
    return Report(replace(verdict, problems=problems), tuple(_warnings()))


def _rows(head: AuditHead | None) -> Iterator[LogRow]:
    entries = AuditEntry.objects.order_by("seq")
    if head:
        entries = entries.filter(seq__lte=head.seq)
    for row in entries.values_list(
        "seq", "at", "entry", "facts", "words", "hash"
    ).iterator(chunk_size=2000):
        yield LogRow(*row)


def _strays() -> Iterator[Problem]:
    """Entries behind the head: one statement, so both are of the same moment."""
    behind = AuditEntry.objects.filter(
        seq__gt=Subquery(AuditHead.objects.values("seq"))
    )
    for seq in behind.order_by("seq").values_list("seq", flat=True):
        yield Problem(seq, "stands after the head")


def _missing_guards() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE tgrelid = ANY(%s::regclass[]) AND tgenabled IN ('O', 'A')",
            [list(GUARDS)],
        )
        standing = set(cursor.fetchall())
    for table, triggers in GUARDS.items():
        for trigger in sorted(triggers):
            if (table, trigger) not in standing:
                yield Problem(None, f"the guard {trigger} of {table} is off")


def _warnings() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_userbyid(relowner) = current_user FROM pg_class "
            "WHERE oid = %s::regclass",
            [AuditEntry._meta.db_table],
        )
        (is_owner,) = cursor.fetchone()
    if is_owner:
        yield (
            "The app signs in to the database as the owner of the log, so it could "
            "switch the guards off. Give it a role of its own."
        )

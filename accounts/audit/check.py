"""Checks the log that is in the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Subquery

from accounts.audit.guards import missing_guards, weak_rights
from accounts.audit.verify_log import Head, LogRow, Problem, Verdict, verify, written
from accounts.models import AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict on the log, and what weakens it without being wrong."""

    verdict: Verdict
    warnings: tuple[str, ...]


def check_log(*, anchors: Iterable[Head] = ()) -> Report:
    """Read the whole log and check it; nothing is written, writers may go on.

    `anchors` are numbers and hashes that were told to others before. The head is read
    first, so every entry up to it must be there when the rows are.
    """
    head = AuditHead.objects.first()
    verdict = verify(_rows(head), Head(head.seq, head.hash) if head else None, anchors)
    problems = (*verdict.problems, *_strays(), *missing_guards())
    return Report(replace(verdict, problems=problems), tuple(weak_rights()))


def _rows(head: AuditHead | None) -> Iterator[LogRow]:
    entries = AuditEntry.objects.order_by("seq")
    if head:
        entries = entries.filter(seq__lte=head.seq)
    columns = ("seq", "at", "entry", "facts", "words", "hash")
    for seq, at, *texts in entries.values_list(*columns).iterator(chunk_size=2000):
        yield LogRow(seq, written(at), *texts)


def _strays() -> Iterator[Problem]:
    """Entries behind the head: one statement, so both are of the same moment."""
    behind = AuditEntry.objects.filter(
        seq__gt=Subquery(AuditHead.objects.values("seq"))
    )
    for seq in behind.order_by("seq").values_list("seq", flat=True):
        yield Problem(seq, "stands after the head")

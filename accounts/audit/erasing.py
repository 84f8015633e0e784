"""Erasing what people wrote, while the chain goes on to hold.

An entry hashes its words apart from its facts, so the words can go: who did what to
which number stays, and a new entry says which words went, by whose hand and why.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models, transaction

from accounts.audit.actions import Action
from accounts.audit.record import texts_of
from accounts.models import AuditEntry, User


def erase_words(
    *,
    entries: Iterable[int],
    actor: User | None,
    reason: str,
    at: datetime,
    target: models.Model | None = None,
) -> AuditEntry:
    """Erase the words of `entries` (their numbers) and return the entry that says so.

    `at` is when the erasure fell due, `target` the object that is erased, if it still
    stands. Words that went before may be named again. Raises `ValueError` for no
    entries, `IntegrityError` for numbers that the log does not have; then nothing went.

    Call it last in the transaction, like `record`.
    """
    numbers = sorted(set(entries))
    if not numbers:
        raise ValueError("No entries to erase.")
    texts = texts_of(
        action=Action.AUDIT_WORDS_ERASED,
        actor=actor,
        target=target,
        after={"entries": len(numbers), "due": at},
        reason=reason,
        erased=numbers,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_erase(%s, %s)", [texts.facts, texts.words])
        (seq,) = cursor.fetchone()
    return AuditEntry.objects.get(seq=seq)

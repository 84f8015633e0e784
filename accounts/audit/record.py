"""The one door that writes the audit log."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.functional import Promise

from accounts.audit.actions import Action
from accounts.audit.canonical import canonical
from accounts.audit.doing import door
from accounts.models import AuditEntry, User


@dataclass(frozen=True, slots=True)
class Texts:
    """The two texts of an entry, whose hashes the chain holds."""

    facts: str
    words: str


def record(
    *,
    action: Action,
    actor: User | None,
    target: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one entry in the caller's transaction and return it.

    `before` and `after` hold JSON values, dates and decimals; an act without a person
    has no actor. A target may say how people call it in `audit_label` and which case
    file it belongs to in `audit_file`; otherwise its text is its name.

    Call it last in the transaction: from here to the commit every other writer waits.
    Raises `accounts.audit.canonical.NotCanonical` for values that have no single text.
    """
    texts = texts_of(
        action=action,
        actor=actor,
        target=target,
        before=before,
        after=after,
        reason=reason,
    )
    return AuditEntry.objects.create(facts=texts.facts, words=texts.words)


def record_each(
    *,
    action: Action,
    actor: User,
    targets: Iterable[models.Model],
    after: dict[str, Any] | None = None,
) -> None:
    """Write the same entry about each of several objects, in one statement.

    What holds for `record` holds here.
    """
    texts = [
        texts_of(action=action, actor=actor, target=one, after=after) for one in targets
    ]
    AuditEntry.objects.bulk_create(
        AuditEntry(facts=one.facts, words=one.words) for one in texts
    )


def texts_of(
    *,
    action: Action,
    actor: User | None,
    target: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    erased: Iterable[int] = (),
) -> Texts:
    """Return what an entry would say, unwritten.

    Facts are numbers and names of kinds, kept for good; words are what people wrote.
    `erased` are the entries whose words go with it (`accounts.audit.erasing`).
    """
    label = "" if target is None else str(getattr(target, "audit_label", target))
    numbers = sorted(set(erased))
    came = door()
    nobody = "stranger" if came.is_asked else "app"
    facts = {
        "action": action.value,
        "actor": str(actor.pk) if actor else "",
        "file": str(getattr(target, "audit_file", "")),
        "kind": "person" if actor else nobody,
        "object_id": "" if target is None else str(target.pk),
        "object_type": "" if target is None else target._meta.label_lower,
        "role": actor.role if actor else "",
        "salt": secrets.token_hex(32),
        **came.as_facts(),
        **({"erased": numbers} if numbers else {}),
    }
    words = {
        "after": _plain(after),
        "before": _plain(before),
        "label": label[:300],
        "reason": reason,
        "salt": secrets.token_hex(32),
    }
    return Texts(canonical(facts), canonical(words))


def _plain(value: Any) -> Any:
    """Return dates, decimals and lazy texts as the text that people would read."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value

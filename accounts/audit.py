"""The one door that writes the audit log."""

import hashlib
import json
import secrets
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.actions import Action
from accounts.models import AuditEntry, AuditHead, User


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

    `before` and `after` hold JSON values; an act without a person has no actor.
    """
    at = timezone.now()
    object_type = target._meta.label_lower if target is not None else ""
    object_id = str(target.pk) if target is not None else ""
    facts = _canonical(
        {
            "action": action.value,
            "actor": str(actor.pk) if actor else "",
            "object_id": object_id,
            "object_type": object_type,
            "salt": secrets.token_hex(32),
        }
    )
    words = _canonical(
        {
            "after": after,
            "before": before,
            "reason": reason,
            "salt": secrets.token_hex(32),
        }
    )
    with transaction.atomic():
        AuditHead.objects.get_or_create(pk=1)
        head = AuditHead.objects.select_for_update().get(pk=1)
        entry = _canonical(
            {
                "at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "facts": _sha256(facts),
                "prev": head.hash,
                "seq": head.seq + 1,
                "v": 1,
                "words": _sha256(words),
            }
        )
        row = AuditEntry.objects.create(
            seq=head.seq + 1,
            at=at,
            action=action.value,
            actor_id_text=str(actor.pk) if actor else "",
            object_type=object_type,
            object_id=object_id,
            entry=entry,
            facts=facts,
            words=words,
            hash=_sha256("rnt-audit-1\n" + entry),
        )
        AuditHead.objects.filter(pk=1).update(seq=row.seq, hash=row.hash)
    return row


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Acts that were refused to somebody who is signed in (OWASP ASVS 5.0, 16.3.2)."""

import json
from datetime import datetime, timedelta

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import AuditEntry, User

# Somebody who tries again and again does not fill the log.
EVERY = timedelta(minutes=1)


def note_refusal(*, actor: User, page: str, method: str, at: datetime) -> bool:
    """Record that `actor` was refused; return False if that was just recorded.

    `page` is the name of the route: an address could name what is hidden.
    """
    recent = AuditEntry.objects.filter(
        action=Action.ACCESS_REFUSED.value,
        actor_id_text=str(actor.pk),
        at__gt=at - EVERY,
        words__contains=f'"page":{json.dumps(page)}',
    )
    if recent.exists():
        return False
    record(
        action=Action.ACCESS_REFUSED,
        actor=actor,
        after={"page": page, "method": method},
    )
    return True

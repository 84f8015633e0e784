"""Ends the doubt about a mail that may or may not have arrived: a person says."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.choices import DeliveryState as State
from cases.digests import states
from cases.models import Digest

# What a reader may answer, and the state it leads to.
SETTLEMENTS = {"arrived": State.SENT, "again": State.RETRY}


def settle_unknown(*, digest: Digest, actor: User, to: State, at: datetime) -> None:
    """Note that the mail arrived, or have it sent again.

    Does nothing if there is no doubt (any more).
    """
    delivery = digest.delivery
    if delivery.state != State.UNKNOWN:
        return
    values: dict[str, Any] = {"sent_at" if to == State.SENT else "retry_at": at}
    with transaction.atomic():
        try:
            states.move(delivery, to, **values)
        except states.Fenced:
            return
        record(
            action=Action.DIGEST_SETTLED,
            actor=actor,
            target=digest,
            before={"state": State.UNKNOWN.value},
            after={"state": to.value},
        )

"""Moves deliveries from state to state; every move is a compare-and-set.

Whoever claims a delivery gets a number, its attempt, and a lease by the clock of the
database. Every later move asks for that number: a worker that slept past its lease
finds that somebody else has claimed, and changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from cases.choices import DeliveryState as State
from cases.digests.table import ARROWS, LAST_ATTEMPT, LEASED
from cases.models import DigestDelivery, DigestItem

LEASE = timedelta(minutes=2)
# Longer than a mail server may take to answer after the body (RFC 5321, 4.5.3.2.6).
SENDING_LEASE = timedelta(minutes=11)


class Fenced(Exception):
    """Somebody else has the delivery by now; nothing was changed."""


def waiting(at: datetime) -> QuerySet[DigestDelivery]:
    """Return the deliveries that a worker may claim, the oldest first."""
    return DigestDelivery.objects.filter(
        Q(state=State.DUE) | Q(state=State.RETRY, retry_at__lte=at)
    ).order_by("pk")


def claim(delivery_id: int, *, at: datetime) -> DigestDelivery | None:
    """Take a waiting delivery for this attempt; None if it is not there to be taken."""
    delivery = (
        waiting(at)
        .filter(pk=delivery_id)
        .select_related("digest__reader__digest_setting")
        .first()
    )
    if delivery is None:
        return None
    try:
        number = delivery.attempt + 1
        move(delivery, State.CLAIMED, attempt=number, lease_until=Now() + LEASE)
    except Fenced:
        return None
    return delivery


def move(
    delivery: DigestDelivery, to: State, *, late: bool = False, **values: Any
) -> None:
    """Move `delivery` to the state `to` and set `values`.

    With `late` it may also have been given up as unknown meanwhile. Raises `Fenced` if
    it is not in the state, or not in the attempt, that the caller holds.
    """
    held = [State(delivery.state), *([State.UNKNOWN] if late else [])]
    for state in held:
        if (state, to) not in ARROWS and state != to:
            raise ValueError(f"No arrow leads from {state} to {to}.")
    changed = DigestDelivery.objects.filter(
        pk=delivery.pk, state__in=held, attempt=delivery.attempt
    ).update(state=to, **values)
    if not changed:
        raise Fenced
    delivery.state = to
    for name in ("attempt", "tries", "answer"):
        if name in values:
            setattr(delivery, name, values[name])


def recover() -> int:
    """Deal with deliveries whose worker is gone; return how many.

    What certainly did not go out becomes due again. What may have gone out is unknown.
    """
    lapsed = DigestDelivery.objects.filter(state__in=LEASED, lease_until__lt=Now())
    unknown = lapsed.filter(state=State.SENDING).update(
        state=State.UNKNOWN, lease_until=None, answer="No answer was recorded."
    )
    hopeless = lapsed.filter(
        state__in=[State.CLAIMED, State.COMPOSED], attempt__gte=LAST_ATTEMPT
    )
    given_up = hopeless.update(
        state=State.FAILED, lease_until=None, answer="Its worker ended every time."
    )
    again = lapsed.filter(state__in=[State.CLAIMED, State.COMPOSED]).update(
        state=State.DUE, lease_until=None
    )
    if given_up:
        forget_untold()
    return unknown + given_up + again


def forget_untold() -> None:
    """Let the next digest tell what one that failed for good has told nobody."""
    DigestItem.objects.filter(
        digest__delivery__state__in=[State.REFUSED, State.FAILED]
    ).delete()

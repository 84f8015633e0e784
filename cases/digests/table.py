"""The states of a delivery, which arrow leads where, and what a mail server's answer
means. Nothing here knows the database or the network.

SMTP cannot deliver exactly once: a server may take a mail and its answer be lost. So a
mail is sent at least once until its body goes out, and at most once after that; a
delivery in between is `unknown` until a person says what happened.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from cases.choices import DeliveryState as State

ARROWS = frozenset(
    {
        (State.DUE, State.CLAIMED),
        (State.RETRY, State.CLAIMED),
        (State.CLAIMED, State.EMPTY),
        (State.CLAIMED, State.COMPOSED),
        (State.CLAIMED, State.DUE),
        (State.CLAIMED, State.FAILED),
        (State.COMPOSED, State.SENDING),
        (State.COMPOSED, State.DUE),
        (State.COMPOSED, State.RETRY),
        (State.COMPOSED, State.REFUSED),
        (State.COMPOSED, State.FAILED),
        (State.SENDING, State.SENT),
        (State.SENDING, State.REFUSED),
        (State.SENDING, State.RETRY),
        (State.SENDING, State.FAILED),
        (State.SENDING, State.UNKNOWN),
        # A late answer of the same attempt, or a person who knows.
        (State.UNKNOWN, State.SENT),
        (State.UNKNOWN, State.RETRY),
        (State.UNKNOWN, State.REFUSED),
        (State.UNKNOWN, State.FAILED),
    }
)
WAITING = (State.DUE, State.RETRY)
LEASED = (State.CLAIMED, State.COMPOSED, State.SENDING)
# Nobody was told: the events of such a digest belong in the next one.
UNTOLD = (State.REFUSED, State.FAILED)

# How long to wait after the first, second … time that the server did not take a mail.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
# A delivery that keeps ending its worker is given up after this many claims.
LAST_ATTEMPT = 20
# Refusals in a row after which an address is taken for dead.
DEAD_AFTER = 3


class Step(Enum):
    """Which step of the SMTP dialogue an answer belongs to."""

    BEFORE = "before the recipient was named"
    RECIPIENT = "at the recipient"
    BODY = "before or in the body"
    DOT = "after the body"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mail server said last; without a code it said nothing."""

    step: Step
    code: int | None
    text: str


def outcome(answer: Answer, *, tries: int) -> State:
    """Return the state that follows from an answer.

    `tries` is how often the server has not taken this mail, not counting this time.
    """
    code = answer.code or 0
    if answer.step is Step.DOT and 200 <= code < 300:
        return State.SENT
    if answer.step is Step.DOT and not 400 <= code < 600:
        return State.UNKNOWN
    # Before the recipient is named, a refusal is about us, such as a bad password.
    if answer.step is not Step.BEFORE and 500 <= code < 600:
        return State.REFUSED
    return State.RETRY if tries < len(PAUSES) else State.FAILED


def is_dead_address(answer: Answer, *, refusals: int) -> bool:
    """Return whether to stop writing to an address after this refusal.

    `refusals` counts those in a row, with this one. 5.1.1 says that the mailbox does
    not exist (RFC 3463, 3.2).
    """
    no_such_mailbox = answer.code == 550 and re.match(r"5\.1\.1\b", answer.text)
    return bool(no_such_mailbox) or refusals >= DEAD_AFTER

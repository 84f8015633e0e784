"""What can be done with a review, as one table.

`(state, action) -> Move`: the state it leads to, the capability it asks for, the fields
that must be filled, and whether it must be a different person from the proposer. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from accounts.capabilities import Capability
from cases.choices import REVIEW_DECIDED, Outcome, ReviewAction, ReviewState

S, A, C = ReviewState, ReviewAction, Capability

# Where a confirmed outcome leads.
STATE_OF_OUTCOME: Mapping[str, ReviewState] = MappingProxyType(
    {
        Outcome.FLAGGED: S.FLAGGED,
        Outcome.NOT_FLAGGED: S.NOT_FLAGGED,
        Outcome.INSUFFICIENT: S.INSUFFICIENT,
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step. `to` is None where the confirmed outcome decides it."""

    to: ReviewState | None
    capability: Capability
    required: tuple[str, ...] = ()
    by_someone_else: bool = False
    by_proposer: bool = False


_PROPOSE = Move(S.PROPOSED, C.PROPOSE, ("outcome", "reason_code", "reason"))
_SNOOZE = Move(S.SNOOZED, C.PROPOSE, ("snoozed_until",))
_TAKE = Move(S.TAKEN, C.PROPOSE)
_REOPEN = Move(S.WAITING, C.PROPOSE, ("reason",))

MOVES: Mapping[tuple[str, str], Move] = MappingProxyType(
    {
        (S.WAITING, A.TAKE): _TAKE,
        (S.WAITING, A.PROPOSE): _PROPOSE,
        (S.WAITING, A.SNOOZE): _SNOOZE,
        (S.TAKEN, A.TAKE): _TAKE,
        (S.TAKEN, A.RELEASE): Move(S.WAITING, C.PROPOSE),
        (S.TAKEN, A.PROPOSE): _PROPOSE,
        (S.TAKEN, A.SNOOZE): _SNOOZE,
        (S.PROPOSED, A.CONFIRM): Move(None, C.SIGN, by_someone_else=True),
        (S.PROPOSED, A.RETURN): Move(
            S.WAITING, C.SIGN, ("reason",), by_someone_else=True
        ),
        (S.PROPOSED, A.WITHDRAW): Move(S.TAKEN, C.PROPOSE, by_proposer=True),
        (S.SNOOZED, A.WAKE): Move(S.WAITING, C.PROPOSE),
        **{(state, A.REOPEN): _REOPEN for state in REVIEW_DECIDED},
    }
)


def moves_from(state: str) -> dict[str, Move]:
    """Return the allowed actions in `state`, keyed by action."""
    return {action: move for (start, action), move in MOVES.items() if start == state}


def missing_fields(move: Move, fields: Mapping[str, object]) -> list[str]:
    """Return the required fields that are empty.

    A flag also needs the innocent explanation that was considered
    (`domain/jobs.md`, 2.1, step 4).
    """
    required = list(move.required)
    if move is _PROPOSE and fields.get("outcome") == Outcome.FLAGGED:
        required.append("innocent_explanation")
    return [name for name in required if not fields.get(name)]

"""What can be done with a review, as two tables: what people do, what the app does.

`(state, action) -> Move`: the state it leads to, the capability it asks for, the fields
that must be filled, and who may or may not be the one to do it. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from accounts.capabilities import Capability
from cases.choices import (
    REVIEW_DECIDED,
    REVIEW_OPEN,
    Outcome,
    ReviewAction,
    ReviewState,
)

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
    by_assignee: bool = False


_PROPOSE = Move(S.PROPOSED, C.PROPOSE, ("outcome", "reason_code", "reason"))
_CONFIRM = Move(None, C.SIGN, by_someone_else=True)
_RETURN = Move(S.WAITING, C.SIGN, ("reason",), by_someone_else=True)
_SNOOZE = Move(S.SNOOZED, C.PROPOSE, ("snoozed_until",))
_TAKE = Move(S.TAKEN, C.PROPOSE)
_REOPEN = Move(S.WAITING, C.PROPOSE, ("reason",))

MOVES: Mapping[tuple[str, str], Move] = MappingProxyType(
    {
        (S.WAITING, A.TAKE): _TAKE,
        (S.WAITING, A.PROPOSE): _PROPOSE,
        (S.WAITING, A.SNOOZE): _SNOOZE,
        (S.TAKEN, A.TAKE): _TAKE,
        (S.TAKEN, A.RELEASE): Move(S.WAITING, C.PROPOSE, by_assignee=True),
        (S.TAKEN, A.PROPOSE): _PROPOSE,
        (S.TAKEN, A.SNOOZE): _SNOOZE,
        (S.PROPOSED, A.CONFIRM): _CONFIRM,
        (S.PROPOSED, A.RETURN): _RETURN,
        (S.PROPOSED, A.WITHDRAW): Move(S.TAKEN, C.PROPOSE, by_proposer=True),
        (S.SNOOZED, A.WAKE): Move(S.WAITING, C.PROPOSE),
        **{(state, A.REOPEN): _REOPEN for state in REVIEW_DECIDED},
    }
)

# Nobody decides here: a date came, or a feed says something else. An open review stays
# where it is and says what is new, so that a form made before is stale.
MOVES_OF_APP: Mapping[tuple[str, str], ReviewState] = MappingProxyType(
    {
        **{(state, A.WAKE): S.WAITING for state in (S.SNOOZED, *REVIEW_DECIDED)},
        **{(state, A.CHANGE): S.WAITING for state in (S.SNOOZED, *REVIEW_DECIDED)},
        **{(state, A.CHANGE): state for state in REVIEW_OPEN},
    }
)


def moves_from(state: str) -> dict[str, Move]:
    """Return the actions that are possible in `state`, keyed by action."""
    return {action: move for (start, action), move in MOVES.items() if start == state}


def who_may_not(
    move: Move, *, is_proposer: bool, is_assignee: bool, held_by: str = ""
) -> str:
    """Return why somebody cannot take this step, in words; empty for who can."""
    if move.by_someone_else and is_proposer:
        return "You proposed this. A different person must read it."
    if move.by_proposer and not is_proposer:
        return "Only the person who proposed this can withdraw it."
    if move.by_assignee and not is_assignee:
        return f"Only {held_by or 'the person who has it'} can give it back."
    return ""


def missing_fields(
    move: Move,
    fields: Mapping[str, object],
    *,
    outcome: str = "",
    is_contested: bool = False,
) -> list[str]:
    """Return the required fields that are empty.

    A flag needs the innocent explanation that was considered (`domain/jobs.md`, 2.1,
    step 4). Where a strong counter-indicator holds (`is_contested`), who signs the
    proposed flag (`outcome`) has to say why it stands all the same (`domain/rules.md`,
    section 5).
    """
    required = list(move.required)
    if move is _PROPOSE and fields.get("outcome") == Outcome.FLAGGED:
        required.append("innocent_explanation")
    if move is _CONFIRM and outcome == Outcome.FLAGGED and is_contested:
        required.append("reason")
    return [name for name in required if not fields.get(name)]

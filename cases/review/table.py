"""What can be done with a review: one table of states, actions and who takes them.

`(state, action) -> Move`: the state it leads to, the capability it asks for, the fields
that must be filled, who may or may not be the one to do it, and whether the app takes
it by itself. Pure.

A review is *unread* while it waits, *claimed* when somebody has it, *proposed* until a
second person reads it, and then *decided*. A blind second reading that comes to another
outcome waits as *two readings differ* for a third person. Why it stands where it
stands, such as returned or opened again, is `WhyHere`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from accounts.capabilities import Capability
from cases.choices import (
    REVIEW_DECIDED,
    REVIEW_OPEN,
    Outcome,
    ReasonCode,
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
class Hand:
    """What somebody has to do with a review so far."""

    is_first: bool = False
    is_second: bool = False
    is_assignee: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step.

    `to` is None where the outcome decides it (`decides`), or where an undone step came
    from (`goes_back`). `capability` is None where no person takes the step.
    """

    to: ReviewState | None
    capability: Capability | None
    required: tuple[str, ...] = ()
    decides: bool = False
    goes_back: bool = False
    by_app: bool = False
    # None: whether the proposal is blind does not matter.
    is_blind: bool | None = None
    by_other_than_first: bool = False
    by_other_than_second: bool = False
    by_first: bool = False
    by_first_or_second: bool = False
    by_assignee: bool = False


# Urgency says nothing any more of what is decided.
_NOT_YET = (*REVIEW_OPEN, S.SNOOZED)
_OUTCOME = ("outcome", "reason_code", "reason")
_SAID = ("reason_code", "reason")

_TAKE = Move(S.TAKEN, C.PROPOSE)
_ASSIGN = Move(S.TAKEN, C.PROPOSE, ("assignee",))
_PROPOSE = Move(S.PROPOSED, C.PROPOSE, _OUTCOME)
_SNOOZE = Move(S.SNOOZED, C.PROPOSE, ("snoozed_until",))
_REOPEN = Move(S.WAITING, C.PROPOSE, _SAID)
_UNDO = Move(None, C.PROPOSE, goes_back=True)
_WAKE_DECIDED = Move(S.WAITING, None, by_app=True)
_CHANGE_CLOSED = Move(S.WAITING, None, by_app=True)
_CONFIRM = Move(None, C.SIGN, decides=True, is_blind=False, by_other_than_first=True)
# Somebody who does not know the first outcome comes to one of their own. The same one
# decides; another one waits for a third person, or for one of the two to agree.
_READ = Move(
    None, C.SIGN, _OUTCOME, decides=True, is_blind=True, by_other_than_first=True
)
_ADJUDICATE = Move(
    None,
    C.SIGN,
    _OUTCOME,
    decides=True,
    by_other_than_first=True,
    by_other_than_second=True,
)
_AGREE = Move(None, C.PROPOSE, ("reason",), decides=True, by_first_or_second=True)
_RETURN = Move(S.WAITING, C.SIGN, _SAID, is_blind=False, by_other_than_first=True)
_RETURN_BOTH = Move(S.WAITING, C.SIGN, _SAID, by_other_than_first=True)

TABLE: Mapping[tuple[str, str], Move] = MappingProxyType(
    {
        (S.WAITING, A.TAKE): _TAKE,
        (S.WAITING, A.ASSIGN): _ASSIGN,
        (S.WAITING, A.PROPOSE): _PROPOSE,
        (S.WAITING, A.SNOOZE): _SNOOZE,
        (S.WAITING, A.UNDO): _UNDO,
        (S.TAKEN, A.TAKE): _TAKE,
        (S.TAKEN, A.ASSIGN): _ASSIGN,
        (S.TAKEN, A.RELEASE): Move(S.WAITING, C.PROPOSE, by_assignee=True),
        (S.TAKEN, A.PROPOSE): _PROPOSE,
        (S.TAKEN, A.SNOOZE): _SNOOZE,
        (S.TAKEN, A.UNDO): _UNDO,
        (S.PROPOSED, A.CONFIRM): _CONFIRM,
        (S.PROPOSED, A.READ): _READ,
        (S.PROPOSED, A.RETURN): _RETURN,
        (S.PROPOSED, A.WITHDRAW): Move(S.TAKEN, C.PROPOSE, by_first=True),
        (S.PROPOSED, A.UNDO): _UNDO,
        (S.DIFFERING, A.AGREE): _AGREE,
        (S.DIFFERING, A.ADJUDICATE): _ADJUDICATE,
        (S.DIFFERING, A.RETURN): _RETURN_BOTH,
        (S.SNOOZED, A.WAKE): Move(S.WAITING, C.PROPOSE, by_app=True),
        (S.SNOOZED, A.CHANGE): _CHANGE_CLOSED,
        (S.SNOOZED, A.UNDO): _UNDO,
        **{(state, A.URGE): Move(state, C.PROPOSE, ("reason",)) for state in _NOT_YET},
        **{(state, A.CALM): Move(state, C.PROPOSE) for state in _NOT_YET},
        # An open review stays where it is and says what is new, so that a form made
        # before is stale.
        **{(state, A.CHANGE): Move(state, None, by_app=True) for state in REVIEW_OPEN},
        **{(state, A.CHANGE): _CHANGE_CLOSED for state in REVIEW_DECIDED},
        **{(state, A.WAKE): _WAKE_DECIDED for state in REVIEW_DECIDED},
        **{(state, A.REOPEN): _REOPEN for state in REVIEW_DECIDED},
    }
)
MOVES = {key: move for key, move in TABLE.items() if move.capability is not None}
MOVES_OF_APP = {
    key: move.to for key, move in TABLE.items() if move.by_app and move.to is not None
}
# Steps by which two people come to an outcome.
DECIDING = tuple(dict.fromkeys(key[1] for key, move in TABLE.items() if move.decides))

# Steps that whoever took them can take back, while nobody has done anything since.
UNDONE_BY = (A.TAKE, A.ASSIGN, A.RELEASE, A.PROPOSE, A.WITHDRAW, A.SNOOZE, A.WAKE)
# Why a notice is put aside; the other reasons speak for a flag.
DISMISSALS = (
    ReasonCode.ORDINARY_CRIME,
    ReasonCode.FAIR_PROCESS,
    ReasonCode.NOT_ENOUGH,
    ReasonCode.OTHER,
)
# What many can be put through at once; a flag is not among what they may propose.
BULK = (A.ASSIGN, A.PROPOSE, A.SNOOZE, A.UNDO)

_OF_OUTCOMES = (
    ReasonCode.POLITICAL_CHARGE,
    ReasonCode.PROTECTED_PERSON,
    ReasonCode.EARLIER_DECISION,
    ReasonCode.VAGUE_FACTS,
    ReasonCode.PRIVATE_DISPUTE,
    ReasonCode.RULE_BREACH,
    ReasonCode.ORDINARY_CRIME,
    ReasonCode.FAIR_PROCESS,
    ReasonCode.NOT_ENOUGH,
    ReasonCode.OTHER,
)
# The reason codes that a step takes.
REASONS: Mapping[str, tuple[ReasonCode, ...]] = MappingProxyType(
    {
        A.PROPOSE: _OF_OUTCOMES,
        A.READ: _OF_OUTCOMES,
        A.ADJUDICATE: _OF_OUTCOMES,
        A.RETURN: (
            ReasonCode.SOURCE_MISSING,
            ReasonCode.FACTS_UNCLEAR,
            ReasonCode.RULE_UNCLEAR,
            ReasonCode.EXPLANATION_WEAK,
            ReasonCode.OTHER,
        ),
        A.REOPEN: (
            ReasonCode.NEW_FACTS,
            ReasonCode.MISTAKE,
            ReasonCode.ASKED_FOR,
            ReasonCode.OTHER,
        ),
    }
)


def outcome_of_dismissal(code: str) -> Outcome:
    """Return the outcome that a dismissal for this reason proposes; never a flag."""
    is_unknown = code == ReasonCode.NOT_ENOUGH
    return Outcome.INSUFFICIENT if is_unknown else Outcome.NOT_FLAGGED


def moves_from(state: str) -> dict[str, Move]:
    """Return what people can do in `state`, keyed by action."""
    return {action: move for (start, action), move in MOVES.items() if start == state}


def who_may_not(
    move: Move, hand: Hand, *, is_blind: bool = False, held_by: str = ""
) -> str:
    """Return why somebody cannot take this step, in words; empty for who can."""
    if move.is_blind is not None and move.is_blind != is_blind:
        if is_blind:
            return "This proposal is blind: read the notice and come to an outcome."
        return "This proposal is open: confirm or return it."
    if move.by_other_than_first and hand.is_first:
        return "You proposed this. A different person must read it."
    if move.by_other_than_second and hand.is_second:
        return "You read this second. A third person must decide between the readings."
    if move.by_first and not hand.is_first:
        return "Only the person who proposed this can withdraw it."
    if move.by_first_or_second and not (hand.is_first or hand.is_second):
        return "Only the two readers can agree with each other."
    if move.by_assignee and not hand.is_assignee:
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
    if "outcome" in required and fields.get("outcome") == Outcome.FLAGGED:
        required.append("innocent_explanation")
    if move is _CONFIRM and outcome == Outcome.FLAGGED and is_contested:
        required.append("reason")
    return [name for name in required if not fields.get(name)]

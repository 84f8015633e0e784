"""The table of steps by itself: what leads where, and what cannot."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from accounts.capabilities import Capability, roles_with
from accounts.choices import Role
from cases.choices import (
    REVIEW_DECIDED,
    Outcome,
    ReviewAction,
    ReviewState,
)
from cases.review.table import (
    BULK,
    MOVES,
    MOVES_OF_APP,
    REASONS,
    STATE_OF_OUTCOME,
    TABLE,
    UNDONE_BY,
    Hand,
    missing_fields,
    moves_from,
    who_may_not,
)

CONFIRM = MOVES[ReviewState.PROPOSED, ReviewAction.CONFIRM]
PROPOSE = MOVES[ReviewState.WAITING, ReviewAction.PROPOSE]
# Who may write the state of a review, and nobody else.
WRITERS = {Path("cases/review/applying.py"), Path("cases/review/by_app.py")}
STRANGER, FIRST, SECOND = Hand(), Hand(is_first=True), Hand(is_second=True)


def test_only_a_second_person_leads_to_a_decision():
    assert not any(move.to in REVIEW_DECIDED for move in TABLE.values())
    ways = {key for key, move in TABLE.items() if move.decides}
    assert ways == {
        (ReviewState.PROPOSED, ReviewAction.CONFIRM),
        (ReviewState.PROPOSED, ReviewAction.READ),
        (ReviewState.DIFFERING, ReviewAction.AGREE),
        (ReviewState.DIFFERING, ReviewAction.ADJUDICATE),
    }
    # Where a step leads is said by the table, by the outcome, or by what is undone.
    for move in TABLE.values():
        assert [move.to is not None, move.decides, move.goes_back].count(True) == 1
    assert set(STATE_OF_OUTCOME.values()) == set(REVIEW_DECIDED)
    assert set(STATE_OF_OUTCOME) == set(Outcome)


WALKS = st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=25)


@trying(max_examples=400, deadline=None)
@given(walk=WALKS)
def test_no_path_through_the_table_leads_one_person_to_a_decision(walk):
    """One person with every right, who tries whatever the table offers."""
    state, first, second, blind = ReviewState.WAITING, False, False, False
    for number, wish in walk:
        hand = Hand(is_first=first, is_second=second, is_assignee=True)
        open_to = [
            (action, move)
            for action, move in sorted(moves_from(state).items())
            if not who_may_not(move, hand, is_blind=blind)
        ]
        assert open_to, f"{state} is a dead end for one person"
        action, move = open_to[number % len(open_to)]
        assert not move.decides, f"{action} decides alone in {state}"
        if move.to is not None:
            state = move.to
        elif move.goes_back:
            state = ReviewState.WAITING
        if action == ReviewAction.PROPOSE:
            first, blind = True, wish
        elif state in (ReviewState.WAITING, ReviewState.TAKEN):
            first = blind = False


def test_the_app_decides_nothing():
    for (start, _), to in MOVES_OF_APP.items():
        assert to not in REVIEW_DECIDED
        assert to in (start, ReviewState.WAITING)


def test_only_proposing_leads_to_a_second_reading():
    ways = {
        action
        for (start, action), m in MOVES.items()
        if m.to == ReviewState.PROPOSED != start
    }
    assert ways == {ReviewAction.PROPOSE}


@pytest.mark.parametrize("state", ReviewState)
def test_no_state_is_a_dead_end(state):
    assert moves_from(state)
    assert (state, ReviewAction.CHANGE) in MOVES_OF_APP


@pytest.mark.parametrize("action", [ReviewAction.CONFIRM, ReviewAction.RETURN])
def test_a_second_reading_is_for_a_different_person_who_may_sign(action):
    move = MOVES[ReviewState.PROPOSED, action]
    assert who_may_not(move, FIRST)
    assert not who_may_not(move, STRANGER)
    assert roles_with(move.capability) == [Role.REVIEWER]


def test_only_the_proposer_withdraws_and_only_the_holder_gives_back():
    withdraw = MOVES[ReviewState.PROPOSED, ReviewAction.WITHDRAW]
    release = MOVES[ReviewState.TAKEN, ReviewAction.RELEASE]
    assert not who_may_not(withdraw, FIRST)
    assert "Only" in who_may_not(withdraw, Hand(is_assignee=True))
    assert not who_may_not(release, Hand(is_assignee=True))
    refusal = who_may_not(release, FIRST, held_by="Ana Lindqvist")
    assert refusal == "Only Ana Lindqvist can give it back."


def test_a_blind_proposal_is_read_and_an_open_one_confirmed():
    read = MOVES[ReviewState.PROPOSED, ReviewAction.READ]
    assert not who_may_not(read, STRANGER, is_blind=True)
    assert "open" in who_may_not(read, STRANGER)
    assert "blind" in who_may_not(CONFIRM, STRANGER, is_blind=True)
    assert who_may_not(read, FIRST, is_blind=True)


def test_between_two_readings_decides_a_third_or_one_of_the_two_agrees():
    adjudicate = MOVES[ReviewState.DIFFERING, ReviewAction.ADJUDICATE]
    agree = MOVES[ReviewState.DIFFERING, ReviewAction.AGREE]
    assert [bool(who_may_not(adjudicate, hand)) for hand in (FIRST, SECOND)] == [
        True
    ] * 2
    assert not who_may_not(adjudicate, STRANGER)
    assert not who_may_not(agree, FIRST) and not who_may_not(agree, SECOND)
    assert who_may_not(agree, STRANGER)


def test_each_step_that_asks_for_a_reason_code_has_some_and_no_other_step_has():
    asks = {key[1] for key, move in MOVES.items() if "reason_code" in move.required}
    assert asks == set(REASONS)
    assert all("reason" in MOVES[k].required for k in MOVES if k[1] in REASONS)


def test_what_can_be_undone_or_done_in_bulk_decides_nothing():
    for (_, action), move in TABLE.items():
        if action in (*UNDONE_BY, *BULK):
            assert not move.decides
            assert move.to not in REVIEW_DECIDED


def test_every_step_of_people_needs_a_capability_of_the_desk():
    assert {m.capability for m in MOVES.values()} == {
        Capability.PROPOSE,
        Capability.SIGN,
    }


def test_a_flag_needs_the_innocent_explanation_and_nothing_else_does():
    filled = {"reason_code": "other", "reason": "Because."}
    for outcome in Outcome:
        missing = missing_fields(PROPOSE, {"outcome": outcome, **filled})
        expected = ["innocent_explanation"] if outcome == Outcome.FLAGGED else []
        assert missing == expected
    assert missing_fields(PROPOSE, {}) == ["outcome", "reason_code", "reason"]


@pytest.mark.parametrize(
    ("outcome", "is_contested", "missing"),
    [
        (Outcome.FLAGGED, True, ["reason"]),
        (Outcome.FLAGGED, False, []),
        (Outcome.NOT_FLAGGED, True, []),
    ],
)
def test_who_signs_a_contested_flag_says_why(outcome, is_contested, missing):
    asked = {"outcome": outcome, "is_contested": is_contested}
    assert missing_fields(CONFIRM, {}, **asked) == missing
    assert missing_fields(CONFIRM, {"reason": "It stands."}, **asked) == []


def test_nothing_else_writes_the_state_of_a_review():
    found = {}
    for path in settings.BASE_DIR.glob("cases/**/*.py"):
        name = path.relative_to(settings.BASE_DIR)
        if "migrations" in name.parts:
            continue
        tree = ast.parse(path.read_text())
        if _imports_reviews(tree) and (lines := _writes_of_state(tree)):
            found[name] = lines
    assert set(found) == WRITERS, found


def _imports_reviews(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and any(one.name == "Review" for one in node.names)
        for node in ast.walk(tree)
    )


def _writes_of_state(tree: ast.AST) -> list[int]:
    """Return the lines that assign a `.state`, update it, or name it in SQL."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            lines += [
                one.lineno
                for one in targets
                if isinstance(one, ast.Attribute) and one.attr == "state"
            ]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = " ".join(node.value.lower().split())
            if "update cases_review" in text and "state =" in text:
                lines.append(node.lineno)
        if isinstance(node, ast.Call) and _updates_reviews(node):
            lines.append(node.lineno)
    return lines


def _updates_reviews(call: ast.Call) -> bool:
    """Tell whether this is `Review.objects….update(state=…)` or a bulk update of it."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    about = ast.unparse(call)
    if not about.startswith("Review.objects"):
        return False
    sets = {keyword.arg for keyword in call.keywords}
    if name == "bulk_update":
        return "'state'" in about
    return name in ("update", "create") and "state" in sets

"""The table of steps by itself: what leads where, and what cannot."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from accounts.capabilities import Capability, roles_with
from accounts.choices import Role
from cases.choices import (
    REVIEW_DECIDED,
    Outcome,
    ReviewAction,
    ReviewState,
)
from cases.review.table import (
    MOVES,
    MOVES_OF_APP,
    STATE_OF_OUTCOME,
    missing_fields,
    moves_from,
    who_may_not,
)

CONFIRM = MOVES[ReviewState.PROPOSED, ReviewAction.CONFIRM]
PROPOSE = MOVES[ReviewState.WAITING, ReviewAction.PROPOSE]
# Who may write the state of a review, and nobody else.
WRITERS = {Path("cases/review/services.py"), Path("cases/review/by_app.py")}


def test_only_a_confirmation_leads_to_a_decision():
    ways = {key for key, move in MOVES.items() if move.to in (None, *REVIEW_DECIDED)}
    assert ways == {(ReviewState.PROPOSED, ReviewAction.CONFIRM)}
    assert set(STATE_OF_OUTCOME.values()) == set(REVIEW_DECIDED)
    assert set(STATE_OF_OUTCOME) == set(Outcome)


def test_the_app_decides_nothing():
    for (start, _), to in MOVES_OF_APP.items():
        assert to not in REVIEW_DECIDED
        assert to in (start, ReviewState.WAITING)


def test_only_proposing_leads_to_a_second_reading():
    ways = {action for (_, action), m in MOVES.items() if m.to == ReviewState.PROPOSED}
    assert ways == {ReviewAction.PROPOSE}


@pytest.mark.parametrize("state", ReviewState)
def test_no_state_is_a_dead_end(state):
    assert moves_from(state)
    assert (state, ReviewAction.CHANGE) in MOVES_OF_APP


@pytest.mark.parametrize("action", [ReviewAction.CONFIRM, ReviewAction.RETURN])
def test_a_second_reading_is_for_a_different_person_who_may_sign(action):
    move = MOVES[ReviewState.PROPOSED, action]
    assert who_may_not(move, is_proposer=True, is_assignee=False)
    assert not who_may_not(move, is_proposer=False, is_assignee=False)
    assert roles_with(move.capability) == [Role.REVIEWER]


def test_only_the_proposer_withdraws_and_only_the_holder_gives_back():
    withdraw = MOVES[ReviewState.PROPOSED, ReviewAction.WITHDRAW]
    release = MOVES[ReviewState.TAKEN, ReviewAction.RELEASE]
    assert not who_may_not(withdraw, is_proposer=True, is_assignee=False)
    assert "Only" in who_may_not(withdraw, is_proposer=False, is_assignee=True)
    assert not who_may_not(release, is_proposer=False, is_assignee=True)
    refusal = who_may_not(
        release, is_proposer=True, is_assignee=False, held_by="Ana Lindqvist"
    )
    assert refusal == "Only Ana Lindqvist can give it back."


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

"""People put side by side after an import, and what speaks for and against."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.access import MissingCapability
from accounts.models import User
from notices.choices import ChangeKind, Confidentiality, RunState
from notices.identity.choices import Answer
from notices.identity.deciding import IdentityError, answer, put_side_by_side
from notices.identity.evidence import Side, Verdict, leaning, side_by_side
from notices.identity.sides import sides_of
from notices.identity.suggesting import suggest_waiting
from notices.models import (
    FeedRun,
    IdentityPair,
    Notice,
    NoticeChange,
    NoticeGrant,
    Person,
)
from tests.factories import NOON, make_feed, make_notice, make_person


def imported(*notices: Notice, state: str = RunState.COMPLETE) -> FeedRun:
    """An import that brought `notices`."""
    run = FeedRun.objects.create(feed=make_feed(), state=state, created_at=NOON)
    for one in notices:
        NoticeChange.objects.create(
            notice=one, run=run, kind=ChangeKind.NEW, at=NOON, field=""
        )
    return run


def born(name: str, date: str | None, **kw: str) -> Notice:
    family, _, given_name = name.partition(" ")
    return make_notice(
        person=make_person(family, given_name, birth_date=date, **kw), birth_date=date
    )


def pairs() -> set[tuple[str, str]]:
    return {
        (pair.left.display_name, pair.right.display_name)
        for pair in IdentityPair.objects.all()
    }


def test_an_import_is_looked_at_once_and_puts_likely_people_side_by_side(
    db: None,
) -> None:
    born("VALTESKU Miron", "1979-05-06")
    born("DRAGONESKU Miron", "1979-05-06")
    born("SHCHUKIN Ivan", "1960")
    born("HALVORSEN Odd", "1950-01-02")
    imported(
        born("Вальтеску Мирон", "1979", script="Cyrl"),
        born("DRAGONESCO Miron Ilie", "1979-05-06"),
        born("SHCHUKIN Ivan", "1961"),
        born("HALVORSEN Odd", "1950-01-01"),
        born("", None),
    )

    made = suggest_waiting(at=NOON)

    assert pairs() == {
        ("VALTESKU Miron", "Вальтеску Мирон"),
        ("DRAGONESKU Miron", "DRAGONESCO Miron Ilie"),
        ("HALVORSEN Odd", "HALVORSEN Odd"),
    }
    assert made == 3
    assert suggest_waiting(at=NOON) == 0
    assert {pair.answer for pair in IdentityPair.objects.all()} == {Answer.OPEN}


@pytest.mark.parametrize("state", [RunState.READING, RunState.UNDONE, RunState.FAILED])
def test_an_import_that_is_not_over_or_was_undone_suggests_nothing(
    state: str, db: None
) -> None:
    born("VALTESKU Miron", "1979")
    imported(born("VALTESKU Miron", "1979"), state=state)

    assert suggest_waiting(at=NOON) == 0


def test_a_decided_pair_is_not_suggested_again(ana: User) -> None:
    one, other = born("VALTESKU Miron", "1979"), born("VALTESKU Miron", "1979")
    pair = put_side_by_side(one=one.person, other=other.person, actor=ana, at=NOON)
    answer(pair=pair, said=Answer.DIFFERENT, reason="Height", actor=ana, at=NOON)
    imported(one, other)

    assert suggest_waiting(at=NOON) == 0
    assert IdentityPair.objects.get().answer == Answer.DIFFERENT


def test_olga_neither_sees_nor_answers_a_pair_with_somebody_hidden(
    ana: User, olga: User, dina: User
) -> None:
    open_one = born("VALTESKU Miron", "1979")
    hidden = make_notice(
        person=make_person(), confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    imported(open_one, hidden)
    assert suggest_waiting(at=NOON) == 1
    pair = IdentityPair.objects.get()

    assert IdentityPair.objects.visible_to(ana).get() == pair
    for outsider in (olga, dina):
        assert not IdentityPair.objects.visible_to(outsider).exists()
    with pytest.raises(IdentityError, match="no such pair"):
        answer(pair=pair, said="same", reason="I guess", actor=olga, at=NOON)
    with pytest.raises(IdentityError, match="no such person"):
        put_side_by_side(one=open_one.person, other=hidden.person, actor=olga, at=NOON)
    with pytest.raises(MissingCapability):
        answer(pair=pair, said="same", reason="I guess", actor=dina, at=NOON)


def test_an_answer_needs_a_reason_and_a_known_word(ana: User) -> None:
    one, other = born("VALTESKU Miron", "1979"), born("VALTESKU Miron", "1979")
    pair = put_side_by_side(one=one.person, other=other.person, actor=ana, at=NOON)

    for said, reason in (("same", "  "), ("maybe", "Why not")):
        with pytest.raises(IdentityError):
            answer(pair=pair, said=said, reason=reason, actor=ana, at=NOON)

    assert not pair.steps.exists()
    with pytest.raises(IdentityError, match="one person"):
        put_side_by_side(one=one.person, other=one.person, actor=ana, at=NOON)


def test_what_a_hidden_notice_says_neither_agrees_nor_conflicts(
    ana: User, olga: User
) -> None:
    person = born("VALTESKU Miron", None).person
    hidden = make_notice(
        person=person,
        confidentiality=Confidentiality.RESTRICTED,
        birth_date="1979-05-06",
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    Person.objects.filter(pk=person.pk).update(birth_date="1979-05-06")

    assert sides_of([person.pk], ana)[person.pk].birth_dates == ("1979-05-06",)
    assert sides_of([person.pk], olga)[person.pk].birth_dates == ()


MIRON = Side(names=("VALTESKU Miron",), birth_dates=("1979-05-06",), sexes=("M",))


@pytest.mark.parametrize(
    ("other", "verdict", "points_to"),
    [
        ({"birth_dates": ("1979-05-06",)}, Verdict.AGREES, Answer.SAME),
        ({"birth_dates": ("1979",)}, Verdict.AGREES, Answer.UNSURE),
        ({"birth_dates": ("1979-01-01",)}, Verdict.AGREES, Answer.UNSURE),
        ({"birth_dates": ("1979-06-05",)}, Verdict.DIFFERS, Answer.UNSURE),
        ({"birth_dates": ("1979-05-07",)}, Verdict.CONFLICTS, Answer.DIFFERENT),
        ({"birth_dates": ()}, Verdict.MISSING, Answer.UNSURE),
    ],
)
def test_a_birth_date_speaks_as_far_as_it_is_known(
    other: dict[str, tuple[str, ...]], verdict: Verdict, points_to: Answer
) -> None:
    rows = side_by_side(MIRON, Side(names=("Вальтеску Мирон",), **other))

    assert {row.what: row.verdict for row in rows}["Birth date"] == verdict
    assert leaning(rows) == points_to


TEXTS = st.lists(st.text(alphabet="abвг 王-", max_size=8), max_size=3).map(tuple)
DATES = st.sampled_from(["1979", "1979-05", "1979-05-06", "1979-06-05", "1980-01-01"])
SIDES = st.builds(
    Side,
    names=TEXTS,
    birth_dates=st.lists(DATES, max_size=2).map(tuple),
    nationalities=TEXTS,
    birth_places=TEXTS,
    charges=TEXTS,
)


@settings(deadline=None)
@given(left=SIDES, right=SIDES)
def test_evidence_is_the_same_both_ways_and_nothing_is_never_a_conflict(
    left: Side, right: Side
) -> None:
    there, back = side_by_side(left, right), side_by_side(right, left)

    assert [row.verdict for row in there] == [row.verdict for row in back]
    for row in there:
        if not row.left or not row.right:
            assert row.verdict is Verdict.MISSING

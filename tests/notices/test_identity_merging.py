"""Several people on record taken as one, and taken apart again without a trace."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import MissingCapability
from accounts.models import AuditEntry, User
from notices.choices import Confidentiality, FactKind, Level
from notices.identity.choices import Answer
from notices.identity.cluster import together
from notices.identity.deciding import IdentityError, answer, put_side_by_side
from notices.identity.merging import merge, unmerge
from notices.identity.search import search_people
from notices.keys import random_key
from notices.models import (
    Finding,
    IdentityPair,
    IdentityStep,
    Merge,
    NoticeGrant,
    Person,
    PersonName,
)
from notices.screening.facts import record_fact
from notices.screening.services import screen_notices
from tests.factories import NOON, make_notice, make_person, make_token


@pytest.fixture
def two(db: None) -> tuple[Person, Person]:
    """One human under two ids, as two feeds may have it."""
    return (
        make_notice(person=make_person("VALTESKU", "Miron")).person,
        make_notice(person=make_person("VALTESCU", "Miron", birth_date=None)).person,
    )


def take_as_one(kept: Person, *others: Person, actor: User, **kw: Any) -> Merge:
    values = {"fields": {}, "reason": "The same passport number", "at": NOON, **kw}
    return merge(kept=kept, others=others, actor=actor, **values)


def exported(person: Person, user: User) -> bytes:
    """What a program reads of a person and of their notices, as bytes."""
    make_token(user, secret=f"rnt_{(secret := random_key())}")
    told = b""
    for address in (
        reverse("api-person", args=[person.key]),
        *(reverse("api-notice", args=[one.key]) for one in person.notices.all()),
    ):
        read = Client().get(address, headers={"Authorization": f"Bearer rnt_{secret}"})
        assert read.status_code == 200
        told += read.content + b"\n"
    return told


def test_merge_and_unmerge_leave_the_same_bytes_also_after_later_edits(
    two: tuple[Person, Person], ana: User
) -> None:
    _journalist(two[0], ana)
    screen_notices(notice_ids=None, at=NOON)
    before = [exported(one, ana) for one in two]
    made = take_as_one(*two, actor=ana, at=NOON + timedelta(hours=1))
    assert together(_fresh(two[1]), ana).people == two

    later_on = NOON + timedelta(days=1)
    unmerge(merge=made, reason="Two passports after all", actor=ana, at=later_on)

    assert [exported(one, ana) for one in two] == before
    assert together(_fresh(two[1]), ana).people == (two[1],)

    again = take_as_one(*two, actor=ana, at=later_on + timedelta(hours=1))
    PersonName.objects.create(person=two[1], family_name="Lisov", script="Latn")
    unmerge(merge=again, reason="No", actor=ana, at=NOON + timedelta(days=2))
    after = [exported(one, ana) for one in two]
    assert after[0] == before[0]
    told, then = (one.splitlines() for one in (after[1], before[1]))
    assert told[1:] == then[1:]
    person = json.loads(told[0])
    assert person["names"].pop()["family_name"] == "Lisov"
    assert person == json.loads(then[0])


def test_many_at_once_with_a_choice_per_field(ana: User) -> None:
    people = [
        make_notice(person=make_person("VALTESKU", "Miron", birth_date=date)).person
        for date in ("1979", "1979-05-06", "1979-05")
    ]

    take_as_one(*people, actor=ana, fields={"birth_date": people[1]})

    seen = together(Person.objects.get(pk=people[2].pk), ana)
    assert seen.ids == [one.pk for one in people]
    assert seen.shown("birth_date") == "1979-05-06"
    assert seen.shown("display_name") == people[0].display_name
    assert [one.person for one in search_people(text="valtesku", user=ana)] == [
        people[0]
    ]


def test_merges_are_taken_back_in_any_order(ana: User) -> None:
    one, two, three = (
        make_notice(person=make_person("VALTESKU", f"Miron {number}")).person
        for number in "abc"
    )
    first = take_as_one(one, two, actor=ana)
    second = take_as_one(three, one, actor=ana)

    unmerge(merge=first, reason="No", actor=ana, at=NOON)

    assert together(_fresh(one), ana).ids == [three.pk, one.pk]
    assert together(_fresh(two), ana).ids == [two.pk]
    unmerge(merge=second, reason="No", actor=ana, at=NOON)
    assert not Person.objects.exclude(same_as=None).exists()


def test_what_is_refused_changes_nothing(
    two: tuple[Person, Person], ana: User, dina: User
) -> None:
    for wrong in (
        {"reason": " "},
        {"others": []},
        {"others": [two[0]]},
        {"fields": {"key": two[0]}},
        {"fields": {"sex": make_person("OTHER")}},
    ):
        values: dict[str, Any] = {"others": [two[1]], "fields": {}, "reason": "Why"}
        with pytest.raises(IdentityError):
            merge(kept=two[0], actor=ana, at=NOON, **{**values, **wrong})
    with pytest.raises(MissingCapability):
        take_as_one(*two, actor=dina)
    made = take_as_one(*two, actor=ana)
    with pytest.raises(IdentityError, match="one already"):
        take_as_one(*two, actor=ana)
    unmerge(merge=made, reason="No", actor=ana, at=NOON)
    with pytest.raises(IdentityError, match="already"):
        unmerge(merge=made, reason="No", actor=ana, at=NOON)
    assert Merge.objects.count() == 1


def test_olga_sees_no_trace_of_whom_a_merge_ties_to_somebody_hidden(
    two: tuple[Person, Person], ana: User, olga: User
) -> None:
    hidden = make_notice(
        family_name="HALVORSEN", confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    made = take_as_one(
        hidden.person,
        two[0],
        actor=ana,
        fields={"display_name": hidden.person},
    )

    seen = together(_fresh(two[0]), olga)

    assert seen.people == (two[0],)
    assert seen.shown("display_name") == two[0].display_name
    assert not Merge.objects.visible_to(olga).exists()
    with pytest.raises(IdentityError):
        unmerge(merge=made, reason="Let me see", actor=olga, at=NOON)
    with pytest.raises(IdentityError, match="no such person"):
        take_as_one(two[1], hidden.person, actor=olga)
    assert together(_fresh(two[0]), ana).lead == hidden.person


def test_people_whom_only_somebody_hidden_ties_stand_apart_for_olga(
    two: tuple[Person, Person], ana: User, olga: User
) -> None:
    _journalist(two[0], ana)
    hidden = make_notice(
        family_name="HALVORSEN", confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    take_as_one(two[0], hidden.person, actor=ana, reason="HALVORSEN says so")
    take_as_one(hidden.person, two[1], actor=ana, reason="HALVORSEN says so")

    assert len(together(_fresh(two[0]), ana).people) == 3
    for one in two:
        assert together(_fresh(one), olga).people == (one,)
    assert len(search_people(text="Valtesku Miron", user=olga)) == 2
    assert not _says_fact(two[1])


def test_common_facts_speak_for_both_until_the_merge_is_taken_back(
    two: tuple[Person, Person], ana: User
) -> None:
    _journalist(two[0], ana)
    made = take_as_one(*two, actor=ana)
    assert _says_fact(two[1])

    unmerge(merge=made, reason="No", actor=ana, at=NOON)

    assert _says_fact(two[0])
    assert not _says_fact(two[1])


def test_facts_of_somebody_hidden_speak_in_no_sheet_that_olga_reads(
    two: tuple[Person, Person], ana: User
) -> None:
    hidden = make_notice(
        family_name="HALVORSEN", confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    _journalist(hidden.person, ana)

    take_as_one(two[0], hidden.person, actor=ana)

    assert not _says_fact(two[0])


def test_a_protected_fact_speaks_for_nobody_else(
    two: tuple[Person, Person], ana: User
) -> None:
    record_fact(
        person=two[0],
        actor=ana,
        at=NOON,
        kind=FactKind.PROTECTION,
        value="refugee",
        level=Level.DOCUMENTED,
        source="Letter",
    )

    take_as_one(*two, actor=ana)

    assert not _says_fact(two[1])


def test_the_reason_of_a_merge_with_somebody_hidden_is_not_told_of_the_others(
    two: tuple[Person, Person], ana: User, olga: User
) -> None:
    hidden = make_notice(
        family_name="HALVORSEN", confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    pair = put_side_by_side(one=two[0], other=two[1], actor=ana, at=NOON)

    made = take_as_one(*two, hidden.person, actor=ana, reason="HALVORSEN says so")
    unmerge(merge=made, reason="HALVORSEN lied", actor=ana, at=NOON)

    told = IdentityStep.objects.visible_to(olga).filter(pair=pair)
    assert [step.answer for step in told] == [Answer.SAME, Answer.OPEN]
    assert "HALVORSEN" not in " ".join(step.reason for step in told)


def test_pairs_and_the_log_follow(two: tuple[Person, Person], ana: User) -> None:
    pair = put_side_by_side(one=two[1], other=two[0], actor=ana, at=NOON)
    answer(pair=pair, said=Answer.UNSURE, reason="No date", actor=ana, at=NOON)
    made = take_as_one(*two, actor=ana)
    assert IdentityPair.objects.get().answer == Answer.SAME

    unmerge(merge=made, reason="Two people", actor=ana, at=NOON)

    assert IdentityPair.objects.get().answer == Answer.OPEN
    assert [step.answer for step in pair.steps.all()] == ["unsure", "same", "open"]
    told = [json.loads(e.facts)["action"] for e in AuditEntry.objects.order_by("seq")]
    assert told[-4:] == [
        "identity.pair_made",
        "identity.answered",
        "identity.merged",
        "identity.unmerged",
    ]


def _fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def _journalist(person: Person, actor: User) -> None:
    record_fact(
        person=person,
        actor=actor,
        at=NOON,
        kind=FactKind.PROFESSION,
        value="journalist",
        level=Level.DOCUMENTED,
        source="Press card",
    )


def _says_fact(person: Person) -> bool:
    return Finding.objects.filter(
        screening__notice__person=person,
        screening__is_current=True,
        field__startswith="fact: ",
    ).exists()

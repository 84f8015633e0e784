"""Who is who and matters on their pages: the whole way, and what outsiders see."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from notices.choices import Confidentiality
from notices.identity.choices import Ground
from notices.identity.matters import open_matter
from notices.models import (
    IdentityPair,
    Matter,
    Merge,
    Notice,
    NoticeGrant,
    Person,
)
from tests.factories import NOON, make_notice, make_person

As = Callable[..., Client]


@pytest.fixture
def two(db: None) -> tuple[Person, Person]:
    return (
        make_notice(
            person=make_person("VALTESKU", "Miron"), birth_date="1979-05-06"
        ).person,
        make_notice(
            person=make_person("Вальтеску", "Мирон", script="Cyrl"),
            birth_date="1979-05-06",
        ).person,
    )


def hidden_from_all_but(user: User, **kw: str) -> Notice:
    notice = make_notice(confidentiality=Confidentiality.RESTRICTED, **kw)
    NoticeGrant.objects.create(notice=notice, user=user)
    return notice


def test_from_search_to_merge_and_back(
    two: tuple[Person, Person], ana: User, as_user: As
) -> None:
    client, (left, right) = as_user(ana), two
    panel = f"/people/{left.key}/identity/"

    found = client.get(panel, {"name": "Valtesku 1979"}).text
    assert "Мирон" in found
    beside = client.post(f"{panel}beside/", {"other": right.key})
    page = client.get(beside["Location"]).text
    assert "вальтеску ~ valtesku" in page or "valtesku ~ вальтеску" in page
    assert "to the day" in page
    assert "points to one person" in page
    pair = IdentityPair.objects.get()
    empty = client.post(
        f"{panel}answer/", {"pair": pair.key, "answer": "same", "reason": " "}
    )
    assert "Say why" in client.get(empty["Location"]).text
    said = client.post(
        f"{panel}answer/", {"pair": pair.key, "answer": "same", "reason": "Passport"}
    )
    form = client.get(said["Location"])
    assert "Whose page leads" in form.text
    values = {
        "with": right.key,
        "kept": right.key,
        "display_name": left.key,
        "reason": "The same passport",
    }
    assert (
        client.post(f"/people/{left.key}/merge/", {**values, "reason": ""}).status_code
        == 400
    )
    client.post(f"/people/{left.key}/merge/", values)

    assert client.get(f"/people/{left.key}/")["Location"] == f"/people/{right.key}/"
    one = client.get(f"/people/{right.key}/").text
    assert "VALTESKU Miron</span></h1>" in one
    assert "2 notices" in one
    merge = Merge.objects.get()
    client.post(
        f"/people/{right.key}/unmerge/", {"merge": merge.key, "reason": "Two passports"}
    )
    assert client.get(f"/people/{left.key}/").status_code == 200
    assert "Two passports" in client.get(panel).text


def test_olga_finds_a_merged_person_as_if_nothing_were_merged(
    two: tuple[Person, Person], ana: User, olga: User, as_user: As
) -> None:
    hidden = hidden_from_all_but(ana, family_name="HALVORSEN").person
    before = as_user(olga).get(f"/people/{two[0].key}/").content
    as_user(ana).post(
        f"/people/{two[0].key}/merge/",
        {"with": hidden.key, "kept": hidden.key, "reason": "Lawyer's letter"},
    )
    assert Merge.objects.get().kept == hidden

    client = as_user(olga)

    assert _same(client.get(f"/people/{two[0].key}/").content, before)
    panel = client.get(f"/people/{two[0].key}/identity/").text
    assert "HALVORSEN" not in panel
    assert "letter" not in panel
    assert client.get(f"/people/{hidden.key}/").status_code == 404
    assert "HALVORSEN" not in client.get("/identity/?said=same").text


def test_the_list_of_suggestions_and_its_empty_state(
    two: tuple[Person, Person], ana: User, dina: User, as_user: As
) -> None:
    client = as_user(ana)
    assert "No suggestion waits" in client.get("/identity/").text
    IdentityPair.objects.create(
        left=two[0], right=two[1], origin="found", likeness=1.4, made_at=NOON
    )

    assert "Вальтеску" in client.get("/identity/").text
    assert client.get("/identity/?said=nonsense").status_code == 400
    assert as_user(dina).get("/identity/").status_code == 403


def test_a_suggestion_that_only_hidden_words_made_is_not_shown_to_olga(
    ana: User, olga: User, as_user: As
) -> None:
    one = make_notice(person=make_person("VALTESKU", "Miron")).person
    other = make_notice(person=make_person("LISOV", "Anton")).person
    IdentityPair.objects.create(
        left=one, right=other, origin="found", likeness=1.4, made_at=NOON
    )

    assert "No suggestion waits" not in as_user(olga).get("/inbox/").text
    assert "LISOV" not in as_user(olga).get("/identity/").text


def test_a_matter_suggests_who_is_wanted_in_the_same_words(
    ana: User, as_user: As
) -> None:
    words = "Blocked the gate of the refinery on 4 May 2019"
    first = make_notice(charge=words).person
    second = make_notice(family_name="LISOV", charge=words).person
    make_notice(family_name="HALVORSEN", charge="Theft of a car")
    client = as_user(ana)

    form = client.get(f"/people/{first.key}/matters/new/").text
    assert "LISOV" in form
    assert "HALVORSEN" not in form
    wrong = {"title": "", "reason": "The same gate", "person": second.key}
    assert client.post(f"/people/{first.key}/matters/new/", wrong).status_code == 400
    made = client.post(
        f"/people/{first.key}/matters/new/", {**wrong, "title": "The refinery"}
    )

    page = client.get(made["Location"]).text
    assert page.count("the same charge as another here") == 2
    assert "The refinery" in client.get("/matters/").text
    assert "The refinery" in client.get(f"/people/{second.key}/").text
    out = f"/matters/{Matter.objects.get().key}/leave/"
    client.post(out, {"person": second.key, "reason": "Another gate"})
    assert "LISOV" not in client.get(made["Location"]).text
    added = {"person": second.key, "ground": Ground.DATE, "reason": "That gate"}
    client.post(f"/matters/{Matter.objects.get().key}/add/", added)
    assert "LISOV" in client.get(made["Location"]).text


def test_a_hidden_co_accused_is_neither_listed_nor_counted_for_olga(
    ana: User, olga: User, as_user: As
) -> None:
    words = "Blocked the gate of the refinery on 4 May 2019"
    seen = make_notice(charge=words).person
    hidden = hidden_from_all_but(ana, family_name="HALVORSEN", charge=words).person
    matter = open_matter(
        title="The refinery",
        people=[(seen, Ground.CHARGE), (hidden, Ground.CHARGE)],
        reason="The same gate",
        actor=ana,
        at=NOON,
    )
    alone = open_matter(
        title="Quiet affair",
        people=[(hidden, Ground.HAND)],
        reason="Alone",
        actor=ana,
        at=NOON,
    )
    client = as_user(olga)

    for address in (f"/matters/{matter.key}/", "/matters/", f"/people/{seen.key}/"):
        told = client.get(address).text
        assert "HALVORSEN" not in told
        assert "Quiet affair" not in told
        assert "the same charge as another" not in told
    assert client.get(f"/matters/{alone.key}/").status_code == 404
    assert "HALVORSEN" not in client.get(f"/people/{seen.key}/matters/new/").text
    assert "HALVORSEN" in as_user(ana).get(f"/matters/{matter.key}/").text


@pytest.mark.parametrize("many", [2, 12])
def test_pages_ask_no_more_for_many(
    many: int,
    ana: User,
    as_user: As,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    people = [make_notice(family_name="VALTESKU").person for _ in range(many)]
    for one in people[1:]:
        IdentityPair.objects.create(
            left=people[0], right=one, origin="found", likeness=1, made_at=NOON
        )
    matter = open_matter(
        title="The refinery",
        people=[(one, Ground.HAND) for one in people],
        reason="The same gate",
        actor=ana,
        at=NOON,
    )
    client = as_user(ana)
    client.get("/")
    panel = f"/people/{people[0].key}/identity/"
    # A search of people has a transaction of its own, whose two marks count too.
    for address, most in (
        ("/identity/", 12),
        (panel, 12),
        (f"{panel}?name=valtesku", 16),
        (f"/people/{people[0].key}/", 12),
        ("/matters/", 12),
        (f"/matters/{matter.key}/", 12),
    ):
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            client.get(address)


def _same(one: bytes, other: bytes) -> bool:
    """Tell whether two pages are one but for the tokens of their forms."""
    return [line for line in one.splitlines() if b"csrf" not in line] == [
        line for line in other.splitlines() if b"csrf" not in line
    ]

"""A search in any script finds the person, says why, and shows nobody hidden."""

import pytest

from accounts.models import User
from notices.choices import Confidentiality, NameKind, NameSource
from notices.identity.search import search_people
from notices.models import NoticeGrant, Person, PersonName
from tests.factories import make_notice, make_person


def found(text: str, user: User) -> list[str]:
    return [one.person.display_name for one in search_people(text=text, user=user)]


@pytest.fixture
def miron(db: None) -> Person:
    make_notice(person=make_person("DRAGONESKU", "Miron"))
    return make_notice(person=make_person("VALTESKU", "Miron Petrovich")).person


@pytest.mark.parametrize(
    "text",
    ["Вальтеску Мирон", "miron valtesku", "Valtescu Miron", "Walteskou, Miron",
     "valtesku", "Miron Petrovitch Valtesku", "ميرون فالتيسكو",
     "Miron Valtesgu"],
)  # fmt: skip
def test_any_spelling_finds_the_person_first(
    text: str, miron: Person, ana: User
) -> None:
    assert found(text, ana)[0] == "VALTESKU Miron Petrovich"


def test_it_says_what_matched_and_whether_the_year_does(ana: User) -> None:
    young = make_notice(person=make_person("SHCHUKIN", "Ivan", birth_date="1991-02-03"))
    old = make_notice(person=make_person("SHCHUKIN", "Ivan", birth_date="1960"))

    first, second = search_people(text="Щукин 1991", user=ana)

    assert first.person == young.person
    assert first.why == "Щукин ~ Shchukin, year agrees"
    assert second.person == old.person
    assert "another year of birth" in second.why


@pytest.mark.parametrize("text", ["", "  ", "!!!", "1979", "الـ", "\x00", "%_%"])
def test_what_is_no_name_finds_nobody(text: str, miron: Person, ana: User) -> None:
    assert found(text, ana) == []


def test_olga_finds_nobody_of_a_notice_that_names_only_ana(
    ana: User, olga: User, dina: User
) -> None:
    hidden = make_notice(
        family_name="HALVORSEN", confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)

    assert found("Halvorsen", ana) == ["HALVORSEN Miron"]
    assert found("Halvorsen", olga) == found("Halvorsen", dina) == []


def test_a_name_that_a_colleague_entered_leads_no_reader_of_public_notices(
    miron: Person, ana: User, dina: User
) -> None:
    PersonName.objects.create(
        person=miron,
        kind=NameKind.ALIAS,
        source=NameSource.PERSON,
        family_name="Srebrolist",
        script="Latn",
    )

    assert found("Сребролист", ana) == ["VALTESKU Miron Petrovich"]
    assert found("Srebrolist", dina) == []
    assert found("Valtesku", dina) == ["VALTESKU Miron Petrovich"]

from decimal import Decimal

from notices.feeds.parsed import DetailLevel, ParsedCharge, ParsedWarrant
from tests.notices.feed_rows import Read, as_lines, entity, write


def sanction(reference="2024/10001", **properties):
    values = {
        "authorityId": [reference],
        "authority": ["INTERPOL"],
        "country": ["ru"],
        "reason": ["Invented charge of fraud"],
        **properties,
    }
    return {"schema": "Sanction", "properties": values}


def person(*sanctions, **properties):
    base = entity()["properties"]
    return entity(properties={**base, "sanctions": list(sanctions), **properties})


def read_one(tmp_path, value):
    return Read(write(tmp_path, "targets.nested.json", as_lines([value])))


def test_an_entity_gives_the_notice_it_was_made_from(tmp_path):
    read = read_one(tmp_path, entity())

    assert read.formats == ["opensanctions"]
    notice = read.only
    assert notice.reference == "2024/10001"
    assert notice.detail is DetailLevel.NESTED
    assert notice.carried["family_name"] == "VALTESKU"
    assert notice.carried["birth_date"] == "1979-03-14"
    assert notice.carried["nationalities"] == ("RU",)
    # `country` is the country of birth, not a residence.
    assert notice.carried["birth_country"] == "MD"
    assert notice.carried["sex"] == "M"
    assert notice.carried["height_m"] == Decimal("1.68")
    assert "languages" not in notice.carried
    assert notice.warrants == (
        ParsedWarrant("RU", (ParsedCharge("Invented charge of fraud"),)),
    )
    assert not notice.merged_warrants


def test_a_merged_id_is_resolved_by_authority_id_or_referents(tmp_path):
    by_authority = entity(id="NK-abc")
    by_referent = person(sanction(authorityId=[]))
    by_referent |= {"id": "Q42", "referents": ["x-1", "interpol-red-2024-10001"]}

    for value in (by_authority, by_referent):
        assert read_one(tmp_path, value).only.reference == "2024/10001"


def test_two_notices_merged_into_one_entity_come_out_as_two(tmp_path):
    value = person(
        sanction("2024/1", reason=["One"]), sanction("2024-2", reason=["Two"])
    )

    read = read_one(tmp_path, value)

    assert read.references == ["2024/1", "2024/2"]
    assert [n.warrants[0].charges[0].text for n in read.notices] == ["One", "Two"]


def test_merged_warrants_do_not_say_which_country_wrote_which_charge(tmp_path):
    notice = read_one(
        tmp_path, person(sanction(country=["ru", "xk"], reason=["One", "Two"]))
    ).only

    assert notice.merged_warrants
    assert notice.warrants == (
        ParsedWarrant("RU"),
        ParsedWarrant("UNK"),
        ParsedWarrant(None, (ParsedCharge("One"),)),
        ParsedWarrant(None, (ParsedCharge("Two"),)),
    )


def test_sanctions_of_other_authorities_are_not_warrants(tmp_path):
    other = sanction(authority=["An invented ministry"], reason=["Not a charge"])

    notice = read_one(tmp_path, person(sanction(), other)).only

    assert [w.charges[0].text for w in notice.warrants] == ["Invented charge of fraud"]


def test_birth_dates_that_agree_give_the_most_precise(tmp_path):
    agree = read_one(tmp_path, person(sanction(), birthDate=["1979", "1979-03-14"]))
    differ = read_one(tmp_path, person(sanction(), birthDate=["1979-03-14", "1980"]))

    assert agree.only.carried["birth_date"] == "1979-03-14"
    assert "birth_date" not in differ.only.carried
    assert differ.reported() == ["birthDate"]


def test_lines_that_are_no_notice_are_named(tmp_path):
    lines = [
        {"id": "s", "schema": "Sanction", "properties": {}},
        {"id": "NK-1", "schema": "Person", "properties": {"name": ["X"]}},
        {"op": "DEL", "entity": {"id": "interpol-red-2024-9"}},
        {"op": "MOD", "entity": entity("2024/3")},
        17,
        entity("2024/4"),
    ]

    read = Read(
        write(tmp_path, "a.json", as_lines(lines)), source_format="opensanctions"
    )

    assert read.references == ["2024/3", "2024/4"]
    assert [e.row for e in read.rejections] == [1, 2, 3, 5]
    # A person without a number may be a listed notice; a sanction or a DEL is none.
    assert [e.is_foreign for e in read.rejections] == [True, False, True, False]


def test_wrong_types_leave_out_the_field_and_keep_the_notice(tmp_path):
    value = person(sanction(), firstName="Miron", nationality=[1, "ru"], notes={"a": 1})

    read = read_one(tmp_path, value)

    assert read.only.carried["nationalities"] == ("RU",)
    assert set(read.reported()) == {"firstName", "nationality", "notes"}


def test_other_names_come_along_and_the_name_itself_does_not(tmp_path):
    value = person(
        sanction(), name=["Miron VALTESKU", "Мирон Вальтеску"], alias=["Miro"]
    )

    assert read_one(tmp_path, value).only.aliases == ("Мирон Вальтеску", "Miro")


def test_nothing_of_the_topics_reaches_the_notice(tmp_path):
    notice = read_one(tmp_path, entity()).only

    assert "crime" not in repr(notice.carried)
    assert "wanted" not in repr(notice.carried)

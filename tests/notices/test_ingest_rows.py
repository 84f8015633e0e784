"""From rows to notices, versions and changes."""

import hashlib
from datetime import timedelta

import pytest

from notices.choices import ChangeKind, CountryKind, RunState
from notices.models import (
    Country,
    Notice,
    NoticeChange,
    NoticeVersion,
    Person,
    RawRecord,
    Warrant,
)
from tests.factories import NOON
from tests.notices.feed_rows import as_lines, detail, entity, listed, page
from tests.notices.ingest_run import Importer, counts

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture
def importer(tmp_path):
    return Importer(tmp_path)


def warrants_of(notice):
    return [
        (warrant.issuer_id, [charge.text for charge in warrant.charges.all()])
        for warrant in notice.warrants.all()
    ]


def changes_of(notice):
    return [
        (change.field, change.before, change.after)
        for change in notice.changes.filter(kind=ChangeKind.CHANGED).order_by("pk")
    ]


def test_a_new_notice_is_stored_with_everything_it_says(importer):
    run = importer.run([detail()])

    assert counts(run) == {"created": 1}
    assert run.state == RunState.COMPLETE
    notice = Notice.objects.select_related("person").get()
    assert (notice.reference, notice.key) == ("2024/10001", "2024-10001")
    assert (notice.birth_date, notice.birth_date_received) == (
        "1979-03-14",
        "1979/03/14",
    )
    assert str(notice.height_m) == "1.68"
    assert notice.weight_kg is None
    assert notice.languages == ["RUS", "ENG"]
    assert notice.issuers == ["RU"]
    assert notice.charge_summary == "Invented charge of fraud"
    assert notice.person.display_name == "VALTESKU Miron"
    assert notice.person.names.get().script == "Latn"
    assert warrants_of(notice) == [("RU", ["Invented charge of fraud"])]
    assert Notice.objects.filter(search="fraud").exists()
    version = notice.versions.get()
    assert version.number == 1
    assert version.values["warrants"][0]["issuer"] == "RU"
    record = version.record
    assert record.sha256 == hashlib.sha256(record.text.encode()).hexdigest()
    assert '"entity_id": "2024/10001"' in record.text
    assert NoticeChange.objects.get().kind == ChangeKind.NEW


def test_the_same_again_changes_nothing(importer):
    rows = [detail("2024/1"), detail("2024/2")]
    importer.run(rows)
    before = list(Notice.objects.order_by("pk").values())

    again = importer.run(rows, at=LATER)
    shuffled = importer.run(as_lines(rows[::-1]), at=LATER)

    assert counts(again) == counts(shuffled) == {"unchanged": 2}
    after = list(Notice.objects.order_by("pk").values())
    for old, new in zip(before, after, strict=True):
        assert new.pop("last_seen") == LATER
        old.pop("last_seen")
        assert old == new
    assert NoticeVersion.objects.count() == 2
    assert RawRecord.objects.count() == 2


def test_a_changed_charge_makes_a_version_that_a_person_can_read(importer):
    importer.run([detail()])
    warrant = Warrant.objects.get()
    charges = [
        {"issuing_country_id": "RU", "charge": "Invented charge of fraud; theft"}
    ]

    run = importer.run([detail(arrest_warrants=charges)], at=LATER)

    assert counts(run) == {"changed": 1}
    notice = Notice.objects.get()
    assert changes_of(notice) == [
        ("charge", "Invented charge of fraud", "Invented charge of fraud; theft")
    ]
    assert notice.version_number == 2
    assert notice.last_changed == LATER
    assert notice.charge_summary == "Invented charge of fraud; theft"
    assert Notice.objects.filter(search="theft").exists()
    # It is the same warrant, so what people noted on it stays with it.
    assert Warrant.objects.get() == warrant
    assert notice.versions.get(number=1).values["warrants"][0]["charges"][0][
        "text"
    ] == ("Invented charge of fraud")


def test_warrants_come_go_and_move_without_being_mistaken(importer):
    def given(*pairs):
        return detail(
            arrest_warrants=[
                {"issuing_country_id": issuer, "charge": text} for issuer, text in pairs
            ]
        )

    importer.run([given(("RU", "fraud"), ("RU", "theft"), ("AR", "fraud"))])
    moved = importer.run([given(("AR", "fraud"), ("RU", "theft"), ("RU", "fraud"))])
    edited = importer.run([given(("AR", "fraud"), ("RU", "theft"), ("BY", "murder"))])

    assert counts(moved) == {"unchanged": 1}
    assert counts(edited) == {"changed": 1}
    notice = Notice.objects.get()
    assert changes_of(notice) == [
        ("warrants", "Russia: fraud", None),
        ("warrants", None, "Belarus: murder"),
    ]
    assert warrants_of(notice) == [
        ("AR", ["fraud"]),
        ("RU", ["theft"]),
        ("BY", ["murder"]),
    ]
    assert notice.issuers == ["AR", "RU", "BY"]


def test_a_list_page_fills_what_is_empty_and_takes_nothing_away(importer):
    importer.run([detail(forename=None, place_of_birth=None)])

    run = importer.run(page([listed(name="OTHER", forename="Miron")], total=1))

    assert counts(run) == {"changed": 1}
    notice = Notice.objects.get()
    assert (notice.family_name, notice.forename) == ("VALTESKU", "Miron")
    assert warrants_of(notice) == [("RU", ["Invented charge of fraud"])]
    assert notice.sex == "M"


def test_details_replace_what_a_list_page_said(importer):
    importer.run(page([listed(name="OTHER")], total=1))

    run = importer.run([detail()])

    assert counts(run) == {"changed": 1}
    notice = Notice.objects.get()
    assert notice.family_name == "VALTESKU"
    assert warrants_of(notice) == [("RU", ["Invented charge of fraud"])]


def test_two_feeds_speak_of_one_notice(importer):
    importer.run([detail()])

    run = importer.run(as_lines([entity()]), feed="opensanctions")
    again = importer.run(as_lines([entity()]), feed="opensanctions")

    assert counts(run) == counts(again) == {"unchanged": 1}
    notice = Notice.objects.get()
    assert notice.languages == ["RUS", "ENG"]
    assert notice.sightings.count() == 2


def test_homonyms_stay_two_people(importer):
    importer.run([detail("2024/1"), detail("2024/2")])

    assert Person.objects.filter(display_name="VALTESKU Miron").count() == 2


def test_a_name_once_received_is_not_forgotten(importer):
    importer.run([detail()])
    importer.run([detail(name="VALTESCU")])

    person = Person.objects.get()
    assert person.display_name == "VALTESCU Miron"
    assert {name.family_name for name in person.names.all()} == {"VALTESKU", "VALTESCU"}
    assert "valtesku" in person.search_name


def test_the_same_number_with_another_name_and_birth_is_left_to_a_person(importer):
    importer.run([detail()])
    run = importer.run([detail(name="OTHER", date_of_birth="1990/01/02")])

    assert Person.objects.count() == 1
    assert "another person" in run.errors.get().reason
    assert Notice.objects.get().version_number == 2


def test_a_notice_twice_in_a_file_is_one_or_both_are_kept_and_flagged(importer):
    equal = importer.run([detail("2024/1"), detail("2024/1")])
    other = importer.run([detail("2024/2"), detail("2024/2", name="OTHER")])

    assert counts(equal) == {"created": 1, "unchanged": 1}
    assert not equal.errors.exists()
    assert counts(other) == {"created": 1, "changed": 1}
    error = other.errors.get()
    assert error.row == 2
    assert "2024/2" in error.reason
    assert not error.is_rejection
    assert Notice.objects.get(reference="2024/2").versions.count() == 2


def test_codes_that_nobody_knows_are_kept_shown_and_counted(importer):
    warrants = [{"issuing_country_id": "ZQ", "charge": "x"}]
    rows = [
        detail("2024/1", arrest_warrants=warrants, nationalities=["ZQ", "RU"]),
        detail("2024/2", eyes_colors_id=["QQQ"], nationalities=["914"]),
    ]

    run = importer.run(rows)
    again = importer.run([*rows, detail("2024/3")])

    assert run.unmapped == again.unmapped == {"ZQ": 1, "QQQ": 1}
    country = Country.objects.get(code="ZQ")
    assert country.kind == CountryKind.UNMAPPED
    assert Notice.objects.get(reference="2024/1").issuers == ["ZQ"]


def test_bad_rows_are_kept_with_their_reason_and_the_good_ones_go_in(importer):
    run = importer.run(
        [detail("2024/1"), detail("bad"), detail("2024/3", height="tall"), 5]
    )

    assert counts(run) == {"created": 2, "rejected": 2}
    assert run.read == 4
    rows = [(e.row, e.field, e.is_rejection) for e in run.errors.all()]
    assert rows == [(2, "entity_id", True), (3, "height", False), (4, "", True)]
    assert all(error.reason for error in run.errors.all())


def test_odd_text_is_stored(importer):
    odd = "tab\tbackslash\\N \\. quote\"' newline\n{curly} ünïcode \u202e𝒳 "
    charges = [{"issuing_country_id": "RU", "charge": odd + "x" * 300_000}]
    row = detail(
        name=odd, nationalities=['A"B', "C\\D", "E,F"], arrest_warrants=charges
    )

    importer.run([row])
    importer.run([{**row, "name": odd + "!"}])

    notice = Notice.objects.get()
    assert notice.family_name == odd.strip() + " !"
    assert notice.nationalities == ['A"B', "C\\D", "E,F"]
    assert notice.warrants.get().charges.get().text.startswith(odd)


def test_many_changed_rows_take_few_queries(importer, django_assert_max_num_queries):
    def rows(count, **changes):
        return [detail(f"2024/{number}", **changes) for number in range(1, count + 1)]

    importer.run(rows(300))
    charge = [{"issuing_country_id": "RU", "charge": "Invented charge of theft"}]

    with django_assert_max_num_queries(60):
        run = importer.run(rows(300, name="OTHER", arrest_warrants=charge))

    assert counts(run) == {"changed": 300}
    assert NoticeChange.objects.filter(kind=ChangeKind.CHANGED).count() == 600

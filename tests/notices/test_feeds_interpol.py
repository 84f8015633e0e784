import json
from decimal import Decimal

import pytest

from notices.feeds.parsed import DetailLevel, ParsedCharge, ParsedWarrant
from tests.notices.feed_rows import Read, as_lines, detail, listed, page, write


@pytest.mark.parametrize("shape", ["array", "lines", "pretty", "objects"])
def test_every_way_to_save_detail_records_gives_the_same_rows(tmp_path, shape):
    rows = [detail("2024/10001"), detail("2024-10002", name="ALPHA")]
    content = {
        "array": rows,
        "lines": as_lines(rows),
        "pretty": "[\n" + ",\n".join(map(_pretty, rows)) + "\n]\n",
        "objects": "\n".join(map(_pretty, rows)),
    }[shape]

    read = Read(write(tmp_path, "notices.json", content))

    assert read.references == ["2024/10001", "2024/10002"]
    assert not read.rejections
    assert not read.remarks
    assert not read.gaps


def _pretty(row):
    return json.dumps(row, indent=1)


def test_a_single_record_is_a_file_of_one(tmp_path):
    notice = Read(write(tmp_path, "one.json", detail())).only

    assert notice.kind == "red"
    assert notice.detail is DetailLevel.FULL
    assert notice.carried["family_name"] == "VALTESKU"
    assert notice.carried["birth_date"] == "1979-03-14"
    assert notice.carried["birth_date_received"] == "1979/03/14"
    assert notice.carried["height_m"] == Decimal("1.68")
    assert notice.carried["weight_kg"] is None
    assert notice.carried["languages"] == ("RUS", "ENG")
    assert notice.warrants == (
        ParsedWarrant("RU", (ParsedCharge("Invented charge of fraud"),)),
    )


def test_the_text_of_a_row_is_kept_to_the_letter(tmp_path):
    text = '{ "entity_id":"2024/1",\t"name" : "\\u0042", "arrest_warrants":[] }'
    in_page = '{"total": 1, "_embedded": {"notices": [ ' + text + "]}}"

    assert Read(write(tmp_path, "a.json", f"[{text}]")).only.raw == text
    assert Read(write(tmp_path, "b.json", in_page)).only.raw == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1979", "1979"),
        ("1979/03", "1979-03"),
        ("1979-3-4", "1979-03-04"),
        ("1979/02/31", None),
        ("March 1979", None),
        (None, None),
        ("-", None),
    ],
)
def test_birth_dates_keep_their_precision_and_what_was_received(tmp_path, given, kept):
    read = Read(write(tmp_path, "a.json", detail(date_of_birth=given)))

    assert read.only.carried["birth_date"] == kept
    received = None if given in (None, "-") else given
    assert read.only.carried["birth_date_received"] == received
    assert bool(read.remarks) == (kept is None and received is not None)


def test_names_may_be_missing_in_every_way(tmp_path):
    rows = [
        detail("2024/1", forename=None),
        detail("2024/2", forename="-"),
        detail("2024/3", name=None, forename=None),
        detail("2024/4", name="  DE  LA CRUZ ", forename=" "),
    ]

    carried = [one.carried for one in Read(write(tmp_path, "a.json", rows)).notices]

    assert [one["forename"] for one in carried] == [None] * 4
    names = [one["family_name"] for one in carried]
    assert names == ["VALTESKU", "VALTESKU", None, "DE  LA CRUZ"]


def test_unknown_codes_are_kept_and_counted(tmp_path):
    row = detail(
        nationalities=["ru", "914", "UNK"],
        eyes_colors_id=["BRO", "ZZZ"],
        hairs_id=["XYZ"],
        languages_spoken_ids=["MOL", "QQQ"],
    )

    notice = Read(write(tmp_path, "a.json", row)).only

    assert notice.carried["nationalities"] == ("RU", "914", "UNK")
    assert notice.carried["eye_colours"] == ("BRO", "ZZZ")
    assert notice.unmapped == ("ZZZ", "XYZ", "QQQ")


def test_the_comma_list_of_the_european_union_is_one_code(tmp_path):
    union = "AT,BE,BG,CY,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IT,LT,LU,LV,MT,NL"
    row = detail(arrest_warrants=[{"issuing_country_id": union, "charge": "A"}])

    assert Read(write(tmp_path, "a.json", row)).only.warrants[0].issuer == union


def test_warrants_keep_text_translation_and_line_breaks(tmp_path):
    row = detail(
        arrest_warrants=[
            {
                "issuing_country_id": "IQ",
                "charge": "تهمة مختلقة",
                "charge_translation": "An invented charge",
            },
            {"issuing_country_id": None, "charge": "1) one;\r\n2) two" + "x" * 1000},
            {"issuing_country_id": None, "charge": "-"},
        ]
    )

    first, second = Read(write(tmp_path, "a.json", row)).only.warrants

    assert first.charges[0].translation == "An invented charge"
    assert first.charges[0].translator
    assert second.issuer is None
    assert second.charges[0].text.startswith("1) one;\r\n2) two")


def test_a_list_row_speaks_only_about_what_it_shows(tmp_path):
    read = Read(write(tmp_path, "list.json", page([listed()], total=1)))

    assert read.only.detail is DetailLevel.LIST_ROW
    assert read.only.warrants is None
    assert "sex" not in read.only.carried
    assert not read.gaps


def test_a_list_above_the_cap_leaves_a_gap(tmp_path):
    rows = [listed(f"2024/{number}") for number in range(1, 161)]

    read = Read(write(tmp_path, "list.json", page(rows, total=161)))

    assert len(read.notices) == 160
    assert "161" in read.gaps[0]
    assert "160" in read.gaps[0]


def test_pages_of_one_query_are_taken_together_over_files(tmp_path):
    pages = [
        write(tmp_path, f"{n}.json", page([listed(f"2024/{n}")], total=2, page=n))
        for n in (1, 2)
    ]

    assert not Read(*pages).gaps
    assert Read(pages[0]).gaps


def test_pages_of_different_queries_are_counted_apart(tmp_path):
    pages = [
        page([listed("2024/1")], total=2, nationality="RU"),
        page([listed("2024/2")], total=1, nationality="AR"),
    ]

    (gap,) = Read(write(tmp_path, "a.json", as_lines(pages))).gaps

    assert "nationality=RU" in gap


def test_pages_clamped_to_the_last_one_are_not_taken_for_the_whole_list(tmp_path):
    last = [listed(f"2024/{number}") for number in range(20)]

    clamped = Read(write(tmp_path, "a.json", [page(last, total=100)] * 5))
    rows_only = Read(write(tmp_path, "b.json", last * 5))

    assert "100" in clamped.gaps[0]
    assert "repeat" in rows_only.gaps[0]


def test_a_failed_crawl_that_wrote_not_available_takes_nothing_away(tmp_path):
    row = detail(
        sex_id="N/A",
        height="N/A",
        weight="N/A",
        country_of_birth_id="N/A",
        place_of_birth="N/A",
        languages_spoken_ids="N/A",
        eyes_colors_id="N/A",
        hairs_id="N/A",
        distinguishing_marks="N/A",
        arrest_warrants="N/A",
    )

    read = Read(write(tmp_path, "a.json", row))

    assert read.only.detail is DetailLevel.LIST_ROW
    assert read.only.warrants is None
    assert set(read.only.carried) == {
        "family_name",
        "forename",
        "birth_date",
        "birth_date_received",
        "nationalities",
    }


def test_yellow_notices_are_left_out_because_many_are_children(tmp_path):
    href = "https://ws-public.interpol.int/notices/v1/yellow/2024-2"
    row = detail("2024/2", _links={"self": {"href": href}})

    read = Read(write(tmp_path, "a.json", [row, detail()]))

    assert read.references == ["2024/10001"]
    assert "child" in read.rejections[0].reason

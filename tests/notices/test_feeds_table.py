import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from notices.feeds import csv_rows
from notices.feeds.parsed import DetailLevel, RefusedFileError
from tests.notices.feed_rows import Read, write

HEADER = "entity_id,name,forename,date_of_birth,nationalities,issuing_country_id,charge"
ROW = '2024/1,VALTESKU,Miron,1979/03/14,"RU;MD",RU,Invented charge of fraud'


def workbook(folder, rows, name="notices.xlsx"):
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                else:
                    sheet.write(number, column, value)
    return path


def carried(path):
    return Read(path).only.carried


def test_a_table_gives_a_notice_a_row(tmp_path):
    read = Read(write(tmp_path, "a.csv", f"{HEADER}\n{ROW}\n"))

    assert read.formats == ["table"]
    notice = read.only
    assert notice.reference == "2024/1"
    assert notice.detail is DetailLevel.TABLE
    assert notice.row == 2
    assert notice.raw == ROW + "\n"
    assert notice.carried["birth_date"] == "1979-03-14"
    assert notice.carried["nationalities"] == ("RU", "MD")
    assert notice.warrants[0].issuer == "RU"
    assert notice.warrants[0].charges[0].text == "Invented charge of fraud"
    assert "height_m" not in notice.carried


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_line_ends_and_encodings_are_recognised(
    tmp_path, delimiter, end, encoding
):
    header = HEADER.replace(",", delimiter)
    text = end.join([header, delimiter.join(["2024/1", "ÑANDÚ", "", "", "AR", "", ""])])

    assert carried(write(tmp_path, "a.csv", text, encoding))["family_name"] == "ÑANDÚ"


@pytest.mark.parametrize(
    ("headings", "field"),
    [
        ("Notice number;Surname", "family_name"),
        ("INTERPOL ID;Last Name", "family_name"),
        ("Reference;First name", "forename"),
        ("File no.;Place of birth", "birth_place"),
        ("No;Entity ID;Sex;Distinguishing marks", "distinguishing_marks"),
    ],
)
def test_headings_are_known_by_the_names_people_give_them(tmp_path, headings, field):
    numbers = {"Notice number", "INTERPOL ID", "Reference", "File no.", "Entity ID"}
    values = ["2024/1" if name in numbers else "M" for name in headings.split(";")]

    got = carried(write(tmp_path, "a.csv", f"{headings}\n{';'.join(values)}\n"))

    assert got[field] == "M"


@pytest.mark.parametrize("given", ["03/04/1979", "3.4.1979", "1/2/79", "03-04-1979"])
def test_a_date_with_two_readings_rejects_its_row_and_is_never_guessed(tmp_path, given):
    text = f"entity_id,name,DOB\n2024/1,ALPHA,{given}\n2024/2,BETA,1979\n"

    read = Read(write(tmp_path, "a.csv", text))

    assert read.references == ["2024/2"]
    (error,) = read.rejections
    assert (error.row, error.field, error.reference) == (2, "DOB", "2024/1")
    assert given in error.reason


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("14/03/1979", "1979-03-14"),
        ("3/14/1979", "1979-03-14"),
        ("5/5/1979", "1979-05-05"),
        ("1979-03-14 00:00:00", "1979-03-14"),
        ("1979.03", "1979-03"),
        ("1979", "1979"),
        ("", None),
    ],
)
def test_dates_with_one_reading_are_taken(tmp_path, given, kept):
    text = f"entity_id,name,born\n2024/1,ALPHA,{given}\n"

    assert carried(write(tmp_path, "a.csv", text))["birth_date"] == kept


def test_lists_that_python_printed_are_parsed_and_never_run(tmp_path):
    text = (
        "entity_id,nationalities,arrest_warrants\n"
        """2024/1,"['AR', 'DO']","[{'issuing_country_id': 'AR', 'charge': 'x'}]"\n"""
        """2024/2,"__import__('os').getcwd()",""\n"""
        """2024/3,"["AR"]",\n""".replace('"["AR"]"', '"[""AR""]"')
    )

    first, second, third = Read(write(tmp_path, "a.csv", text)).notices

    assert first.carried["nationalities"] == ("AR", "DO")
    assert first.warrants[0].issuer == "AR"
    assert second.carried["nationalities"] == ("__IMPORT__('OS').GETCWD()",)
    assert third.carried["nationalities"] == ("AR",)


def test_the_codes_of_the_european_union_stay_one_code(tmp_path):
    union = "AT,BE,BG,CY,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IT,LT,LU,LV,MT,NL"
    text = f'entity_id,nationality\n2024/1,"{union}"\n2024/2,"AR, NA"\n'

    first, second = Read(write(tmp_path, "a.csv", text)).notices

    assert first.carried["nationalities"] == (union,)
    assert second.carried["nationalities"] == ("AR", "NA")


def test_a_table_without_a_number_column_says_which_columns_it_has(tmp_path):
    path = write(tmp_path, "a.csv", "colour,name\nred,ALPHA\n")

    with pytest.raises(RefusedFileError, match="colour, name"):
        Read(path, source_format="table")


def test_rows_that_do_not_fit_are_named_and_the_rest_goes_in(tmp_path):
    lines = [
        HEADER,
        ROW,
        "2024/2,TOO,MANY,1979,RU,RU,charge,more,cells",
        '2024/3,"bad"quote,X,1979,RU,RU,charge',
        '2024/4,"never closed,X,1979,RU,RU,charge',
        "2024/5,GOOD,X,1979,RU,RU,charge",
        "",
        "not a number,X,X,1979,RU,RU,charge",
        "2024/6,SHORT",
    ]

    read = Read(write(tmp_path, "a.csv", "\n".join(lines)))

    assert read.references == ["2024/1", "2024/5", "2024/6"]
    assert [error.row for error in read.rejections] == [3, 4, 5, 8]


def test_an_endless_row_is_skipped_without_being_held(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "LONGEST", 50_000)
    lines = ["entity_id,name", "2024/1,A", "2024/2," + "x" * 900_000, "2024/3,C"]

    read = Read(write(tmp_path, "a.csv", "\n".join(lines)))

    assert read.references == ["2024/1", "2024/3"]
    assert len(read.rejections) == 1


def test_nul_characters_are_replaced_and_reported(tmp_path):
    read = Read(write(tmp_path, "a.csv", "entity_id,name\n2024/1,A\x00B\n"))

    assert read.only.carried["family_name"] == "A�B"
    assert "\x00" not in read.only.raw
    assert read.reported() == ["name"]


def test_a_workbook_reads_like_the_table(tmp_path):
    path = workbook(
        tmp_path,
        [
            ["Invented list", "", ""],
            ["Notice number", "Surname", "Date of birth", "Height", "Charge"],
            ["2024/1", "ALPHA", date(1979, 4, 3), 1.68, "fraud"],
            ["2024/2", "BETA", 1979, 0, ""],
            ["2024/3", "GAMMA", "03/04/1979", "", ""],
        ],
    )

    read = Read(path)

    first, second = read.notices
    assert first.carried["birth_date"] == "1979-04-03"
    assert first.carried["height_m"] == Decimal("1.68")
    assert second.carried["birth_date"] == "1979"
    assert second.carried["height_m"] is None
    assert second.warrants == ()
    assert [(e.row, e.field) for e in read.rejections] == [(5, "Date of birth")]
    assert "ALPHA" in first.raw


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "hello")

    with pytest.raises(RefusedFileError, match="no workbook"):
        Read(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)

    with pytest.raises(RefusedFileError, match="unpacks"):
        Read(path)


def test_a_damaged_workbook_is_refused(tmp_path):
    whole = workbook(tmp_path, [["entity_id"], ["2024/1"]]).read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 10):
        with pytest.raises(RefusedFileError):
            Read(write(tmp_path, "cut.xlsx", whole[:size]))


def test_the_simple_export_of_opensanctions(tmp_path):
    columns = (
        "id,schema,name,aliases,birth_date,countries,identifiers,sanctions,dataset"
    )
    out = io.StringIO()
    out.write(columns + "\n")
    out.write(
        'interpol-red-2024-1,Person,Miron VALTESKU,"Мирон;""Val; Tesku""",1979;1979-03,'
        'ru;md,,"INTERPOL Red Notices - fraud - 2024-05-01",interpol_red_notices\n'
    )
    out.write("NK-abc,Person,ALPHA,,,ru,,,interpol_red_notices\n")
    out.write("NK-abd,Person,BETA,,,ru,2024/2,,interpol_red_notices\n")

    read = Read(write(tmp_path, "targets.simple.csv", out.getvalue()))

    first, second = read.notices
    assert first.carried == {
        "family_name": "Miron VALTESKU",
        "birth_date": "1979-03",
        "birth_date_received": "1979-03",
    }
    assert first.aliases == ("Мирон", "Val; Tesku")
    assert first.warrants[0].charges[0].text == "fraud"
    assert first.merged_warrants
    assert second.reference == "2024/2"
    assert [error.row for error in read.rejections] == [3]

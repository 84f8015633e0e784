"""Broken input: the good rows go in, the others are named with their place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.feeds import json_values
from notices.feeds.parsed import RefusedFileError
from tests.notices.feed_rows import Read, as_lines, detail, page, write


@pytest.mark.parametrize(
    "content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00"]
)
def test_an_empty_file_is_refused_in_words(tmp_path, content):
    with pytest.raises(RefusedFileError, match=r"notices\.json is empty"):
        Read(write(tmp_path, "notices.json", content))


@pytest.mark.parametrize(
    "source_format", ["auto", "interpol", "opensanctions", "table"]
)
def test_a_web_page_is_refused_in_words(tmp_path, source_format):
    path = write(tmp_path, "a.json", "\n<!DOCTYPE html><html>403 Forbidden</html>")

    with pytest.raises(RefusedFileError, match="web page"):
        Read(path, source_format=source_format)


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08\x00", b"%PDF-1.7", b"hello there", b"PK\x03\x04broken"]
)
def test_other_kinds_of_file_are_refused_in_words(tmp_path, content):
    with pytest.raises(RefusedFileError) as refused:
        Read(write(tmp_path, "upload.bin", content))

    assert str(refused.value).startswith("upload.bin")
    assert str(refused.value).endswith(".")


def test_a_file_of_the_wrong_format_is_refused_in_words(tmp_path):
    path = write(tmp_path, "a.csv", "entity_id,name\n2024/1,ALPHA\n")

    with pytest.raises(RefusedFileError, match="not JSON"):
        Read(path, source_format="interpol")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("shape", [as_lines, json.dumps])
def test_every_encoding_gives_equal_rows(tmp_path, encoding, shape):
    rows = [detail("2024/1", name="ÑANDÚ"), detail("2024/2", name="Вальтеску")]
    text = shape(rows).encode().decode("unicode_escape")

    plain = Read(write(tmp_path, "plain.json", text))
    other = Read(write(tmp_path, "other.json", text, encoding))

    assert [one.carried for one in other.notices] == [
        one.carried for one in plain.notices
    ]
    assert plain.notices[1].carried["family_name"] == "Вальтеску"
    assert not other.rejections


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1251", "Вальтеску Мирон"), ("latin-1", "MUÑOZ José")]
)
def test_old_encodings_are_recognised_and_named(tmp_path, encoding, name):
    text = json.dumps([detail(name=name)], ensure_ascii=False)

    read = Read(write(tmp_path, "a.json", text, encoding))

    assert read.only.carried["family_name"] == name
    assert "Windows-125" in read.remarks[0].reason


def test_one_broken_byte_does_not_turn_a_whole_file_into_another_encoding(tmp_path):
    rows = [detail("2024/1", name="Вальтеску"), detail("2024/2", name="XYZ")]
    data = json.dumps(rows, ensure_ascii=False).encode().replace(b"XYZ", b"X\xffZ")

    read = Read(write(tmp_path, "a.json", data))

    assert [one.carried["family_name"] for one in read.notices] == ["Вальтеску", "X�Z"]
    assert "name" in read.reported()


@pytest.mark.parametrize("shape", ["array", "lines", "pretty"])
def test_a_file_cut_anywhere_gives_the_whole_rows_and_names_the_cut(tmp_path, shape):
    rows = [detail(f"2024/{number}") for number in range(1, 4)]
    text = {
        "array": json.dumps(rows),
        "lines": as_lines(rows),
        "pretty": json.dumps(rows, indent=2),
    }[shape]
    ends = _ends_of_rows(text)
    for size in range(3, len(text) - 1, 37):
        read = Read(write(tmp_path, "a.json", text[:size]), source_format="interpol")

        whole = sum(end <= size for end in ends)
        assert len(read.notices) == whole
        if read.gaps:
            assert f"byte {size:,}" in [*read.rejections, *read.remarks][-1].reason
        else:
            # Nothing tells that lines go on after a whole one.
            assert shape == "lines"
            assert size in (ends[whole - 1], ends[whole - 1] + 1)


def _ends_of_rows(text):
    ends = []
    at = text.index("{")
    while at >= 0:
        _, end = json.JSONDecoder().raw_decode(text, at)
        ends.append(end)
        at = text.find("{", end)
    return ends


def test_a_broken_row_in_the_middle_is_named_and_the_rest_goes_in(tmp_path):
    good = [json.dumps(detail(f"2024/{number}")) for number in range(1, 5)]
    broken = [
        '{"entity_id": "2024/9", "name": }',
        '{"entity_id": "2024/9", "name": "never closed',
        '{"entity_id": "2024/9", "nested": {"a": [1, 2}',
        "nonsense",
        "[" * 100_000,
        '{"entity_id": "2024/9", "x": ' + "[" * 20_000 + "]" * 20_000 + "}",
    ]
    for bad in broken:
        lines = "\n".join([*good[:2], bad, *good[2:]]) + "\n"

        read = Read(write(tmp_path, "a.json", lines), source_format="interpol")

        assert read.references == ["2024/1", "2024/2", "2024/3", "2024/4"], bad[:60]
        assert read.rejections[0].row == 3
        assert "byte" in read.rejections[0].reason or bad.startswith("[")


def test_a_broken_row_of_an_array_is_named_and_the_rest_goes_in(tmp_path):
    good = [json.dumps(detail(f"2024/{number}"), indent=1) for number in range(1, 4)]
    for bad in ('{"entity_id": nope, "a": [{}]}', "oops", '"text"', "17", "null", "[]"):
        text = "[\n" + ",\n".join([good[0], bad, *good[1:]]) + "\n]"

        read = Read(write(tmp_path, "a.json", text))

        assert read.references == ["2024/1", "2024/2", "2024/3"], bad
        assert [error.row for error in read.rejections] == [2]


def test_wrong_types_leave_out_the_field_and_keep_the_notice(tmp_path):
    row = detail(
        name=17,
        forename=["Miron"],
        nationalities="RU",
        languages_spoken_ids=["RUS", {"a": 1}, 5],
        height="tall",
        weight=True,
        sex_id={"code": "M"},
        date_of_birth=19790314,
        country_of_birth_id=["MD"],
        place_of_birth={},
    )

    read = Read(write(tmp_path, "a.json", row))

    assert read.only.carried == {
        "languages": ("RUS",),
        "eye_colours": ("BRO",),
        "hair_colours": None,
        "distinguishing_marks": None,
    }
    assert set(read.reported()) == set(row) - {
        "arrest_warrants",
        "entity_id",
        "eyes_colors_id",
        "hairs_id",
        "distinguishing_marks",
        "_embedded",
        "_links",
    }
    assert all(error.row == 1 and error.reason for error in read.remarks)


def test_a_warrant_that_cannot_be_read_does_not_look_like_one_taken_back(tmp_path):
    good = detail()["arrest_warrants"][0]
    mixed = Read(
        write(tmp_path, "a.json", detail(arrest_warrants=[good, 5, {"charge": 7}]))
    )
    none = Read(write(tmp_path, "b.json", detail(arrest_warrants={"a": 1})))

    assert len(mixed.only.warrants) == 1
    assert mixed.only.partial_warrants
    assert none.only.warrants is None
    assert mixed.remarks
    assert none.remarks


@pytest.mark.parametrize(
    "entity_id",
    [None, 202410001, "", "x", "24/1", "2024/" + "9" * 13, ["2024/1"], "2024/1\x00"],
)
def test_rows_without_a_usable_number_are_rejected(tmp_path, entity_id):
    read = Read(write(tmp_path, "a.json", [detail(entity_id=entity_id), detail()]))

    assert read.references == ["2024/10001"]
    (error,) = read.rejections
    assert (error.row, error.field) == (1, "entity_id")
    assert error.raw.startswith("{")


def test_huge_numbers_and_no_numbers_leave_out_the_field(tmp_path):
    text = json.dumps(detail()).replace("1.68", "9" * 5_000).replace(": 0,", ": NaN,")
    infinite = json.dumps(detail()).replace("1.68", "1e999")

    for content in (text, infinite):
        read = Read(write(tmp_path, "a.json", content))
        assert "height" in read.reported()
        assert "height_m" not in read.only.carried


def test_keys_given_twice_are_settled_only_where_they_agree(tmp_path):
    same = '{"entity_id": "2024/1", "name": "A", "name": "A"}'
    other = '{"entity_id": "2024/2", "name": "A", "name": "B", "forename": "C"}'
    whose = '{"entity_id": "2024/3", "entity_id": "2024/4"}'

    read = Read(write(tmp_path, "a.json", f"[{same},{other},{whose}]"))

    first, second = read.notices
    assert first.carried == {"family_name": "A"}
    assert second.carried == {"forename": "C"}
    assert [(e.row, e.field) for e in read.remarks] == [(2, "name")]
    assert [(e.row, e.field) for e in read.rejections] == [(3, "entity_id")]


def test_characters_that_are_no_text_are_replaced_and_reported(tmp_path):
    text = json.dumps(detail(name="A\x00B", forename="C\ud800D"))

    read = Read(write(tmp_path, "a.json", text))

    assert read.only.carried["family_name"] == "A�B"
    assert read.only.carried["forename"] == "C�D"
    assert read.reported() == ["name", "forename"]
    read.only.raw.encode()


def test_an_endless_row_is_skipped_without_being_held(tmp_path, monkeypatch):
    monkeypatch.setattr(json_values, "LONGEST", 100_000)
    rows = [detail("2024/1"), detail("2024/2", name="x" * 700_000), detail("2024/3")]

    for content in (as_lines(rows), json.dumps(rows)):
        read = Read(write(tmp_path, "a.json", content))
        assert read.references == ["2024/1", "2024/3"]
        assert [error.row for error in read.rejections] == [2]


def test_texts_longer_than_their_column_keep_the_beginning(tmp_path):
    read = Read(write(tmp_path, "a.json", detail(name="A" * 1_000)))

    assert read.only.carried["family_name"] == "A" * 300
    assert read.reported() == ["name"]


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text()
    | st.sampled_from(["RU", "-", "N/A", "1979/03/14", "2024/1", "M", "", " "]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(detail())), json_like)))
def test_whatever_stands_in_a_row_it_comes_out_once(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    rows = [{"entity_id": "2024/1", **row} for row in rows]

    read = Read(write(folder, "a.json", json.dumps([page(rows, total=0), *rows])))

    assert len(read.notices) + len(read.rejections) == 2 * len(rows)
    for notice in read.notices:
        repr(notice.carried).encode()
        notice.raw.encode("utf-8", "surrogatepass")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["auto", "interpol", "table"]))
def test_no_bytes_crash_the_reader(tmp_path_factory, data, source_format):
    path = tmp_path_factory.mktemp("bytes") / "a.bin"
    path.write_bytes(data)

    try:
        read = Read(path, source_format=source_format)
    except RefusedFileError as refused:
        assert "a.bin" in str(refused)
    else:
        for error in read.rejections:
            assert error.row
            assert error.reason

"""The letter check: what the fonts can show, and what is said about the rest."""

from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from cases.exports.letters import (
    FAMILIES,
    FONT_FOLDER,
    LOST,
    font_letters,
    printable,
    runs_right_to_left,
)


def test_every_font_is_there_with_its_licence_and_in_the_list():
    listed = (FONT_FOLDER / "README.md").read_text()
    for family, stem in FAMILIES.items():
        regular = FONT_FOLDER / f"{stem}-Regular.ttf"
        assert TTFont(regular, lazy=True)["name"].getDebugName(1) == family
        licence = (FONT_FOLDER / f"{stem}-OFL.txt").read_text()
        assert "SIL Open Font License, Version 1.1" in licence
        assert f"`{stem}-" in listed
    stems = {file.name.split("-")[0] for file in FONT_FOLDER.glob("*.ttf")}
    assert stems == set(FAMILIES.values())


def test_the_scripts_of_the_people_we_work_for_are_all_there():
    for words in (
        "Щукин Ґанок Қазақ",
        "می‌خواهم ئۇيغۇر خەۋەر پاکستان ڕۆژ",
        "维吾尔 臺灣 ひらがな",
        "საქართველო Հայաստան ישראל हिन्दी ไทย ខ្មែរ ລາວ",
        "Nguyễn Đặng İşğ Ἑλλάς",
    ):
        assert printable(words) == (words, None)


def test_line_ends_of_every_kind_become_one():
    assert printable("a\r\nb\rc\u2028d\x85e\tf") == ("a\nb\nc\nd\ne f", None)


def test_what_is_lost_is_named_and_counted():
    shown, lost = printable("Kim 김, 김\x07")
    assert shown == f"Kim {LOST}, {LOST}{LOST}"
    assert lost is not None
    assert lost.count == 3
    assert lost.in_words == "U+AE40 HANGUL SYLLABLE GIM, U+0007 control character"


def test_marks_that_reorder_text_are_taken_out_and_named():
    shown, lost = printable("ab\u202edc\u202c")
    assert shown == "abdc"
    assert lost is not None
    assert "RIGHT-TO-LEFT OVERRIDE" in lost.in_words


def test_a_mark_from_another_font_than_its_letter_goes():
    shown, lost = printable("ش\u0334")
    assert lost is None or LOST not in shown


@given(st.text(st.characters()))
def test_what_comes_out_is_printable_and_stays_so(text):
    shown, lost = printable(text)
    assert printable(shown) == (shown, None)
    assert (lost is None) or lost.count >= len(lost.letters) >= 1
    known = frozenset().union(*font_letters())
    assert all(letter == "\n" or ord(letter) in known for letter in shown)


def test_direction_is_that_of_the_first_letter():
    assert runs_right_to_left("(12) سلام")
    assert not runs_right_to_left("Shin شين")
    assert not runs_right_to_left("2024")

"""Names compared two by two: the rules, the file, the command and its measure."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.identity.compare import SAME, compare
from notices.identity.measures import cross_validated, f1

# Invented names, two by two.
ONE_PERSON = [
    ("Щукин Иван", "Shchukin Ivan", "scripts"),
    ("Yevgeny Malkov", "Evgenii Mal'kov", "two transliterations"),
    ("VALTESKU Miron", "Miron Valtesku", "order"),
    ("Miron Petrovich Valtesku", "Miron Valtesku", "a patronymic left out"),
    ("Anne-Claire Dubreuil", "Anne Claire Dubreuil", "a hyphen"),
    ("Dr. Miron Valtesku", "Miron Valtesku", "a title"),
    ("'Abd al-Karim al-Zubari", "Abdul Karim Zubari", "particles"),
    ("MironValtesku", "Miron Valtesku", "no space"),
    ("Mi Ron Valtesku", "Miron Valtesku", "a space too many"),
    ("J.C. Dubreuil", "Jean-Claude Dubreuil", "initials"),
    ("Bob Halvorsen", "Robert Halvorsen", "a short form that the table knows"),
    ("Halvorsen Halvorsen Robert", "Robert Halvorsen", "a word written twice"),
    ("كريم الزباري", "Karim al-Zubari", "a script without vowels"),
    ("Miron Valtesku", "Miron Valteskou", "another spelling"),
]
TWO_PEOPLE = [
    ("Miron Valtesku", "Miron Dragonescu", "another surname"),
    ("Anton Petrovich Malkov", "Anton Ilyich Malkov", "another patronymic"),
    ("Karim bin Hasan al-Zubari", "Hasan bin Karim al-Zubari", "father and son"),
    ("N.N.", "Nurlan Navoiev", "initials alone"),
    ("Hans O Lindqvist", "Hans Joachim Lindqvist", "another initial"),
    ("Miron", "Miron Valtesku", "one name of two"),
    ("王小明", "王小朋", "one sign is another word"),
    ("Boris Halvorsen", "Robert Halvorsen", "no table makes them one name"),
    ("", "Miron Valtesku", "no name"),
]


@pytest.mark.parametrize(("left", "right", "why"), ONE_PERSON)
def test_one_person_in_two_spellings(left: str, right: str, why: str) -> None:
    found = compare(left, right)

    assert found.same, (why, found)
    assert found.reasons


@pytest.mark.parametrize(("left", "right", "why"), TWO_PEOPLE)
def test_two_people_with_like_names(left: str, right: str, why: str) -> None:
    found = compare(left, right)

    assert not found.same, (why, found)
    assert found.reasons


def test_the_reasons_say_what_agrees_and_what_stands_against() -> None:
    reasons = compare("Щукин Иван Петрович", "Shchukin Ivan Ilyich").reasons

    assert "щукин ~ shchukin: another spelling" in reasons
    assert "петрович against ilyich" in reasons


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("OOO Severny Put", 'ООО "Северный Путь"', True),
        ("Limited Liability Company Halvorsen", "Halvorsen LLC", True),
        ("Halvorsen & Dubreuil Inc.", "Halvorsen and Dubreuil Incorporated", True),
        ("Halvorsen Bank AG", "Halvorsen Bank GmbH", False),
        ("Halvorsen Bank (Chile) SA", "Halvorsen Bank (Peru) SA", False),
    ],
)
def test_organisations(left: str, right: str, same: bool) -> None:
    assert compare(left, right, organisation=True).same is same


LETTERS = "abcIJ.'-’ щъЁ王小明كريمال אבνаि़ँ\u200c\u0301\x00😀٣1"
NAMES = st.text(alphabet=LETTERS, max_size=40)


@settings(deadline=None)
@given(left=NAMES, right=NAMES)
def test_any_two_texts_compare_the_same_both_ways(left: str, right: str) -> None:
    one, other = compare(left, right), compare(right, left)

    assert 0 <= one.score <= 1
    assert one.score == pytest.approx(other.score)
    assert all(isinstance(reason, str) for reason in one.reasons)


WORD = st.sampled_from(["Miron", "Valtesku", "Щукин", "Karim", "al", "bin", "王小明"])


@settings(deadline=None)
@given(words=st.lists(WORD, min_size=1, max_size=6, unique=True))
def test_a_name_is_itself(words: list[str]) -> None:
    name = " ".join(words)
    assert compare(name, name).score >= SAME


def match(path: Path, **options: Any) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("match_names", path, stdout=out, stderr=StringIO(), **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_prints_a_line_a_row_and_bad_rows_by_row_and_field(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(
        "\ufeffschema,name1,name2\n"
        "Person,Щукин Иван,Shchukin Ivan\n"
        "Person,,Shchukin Ivan\n"
        "Vessel,...,Snow Storm\n"
        'Company,"Halvorsen, Inc.",Halvorsen Incorporated\n'
        "Person,a,b,c,d\n"
        'Person,"never closed\n'.encode()
    )

    lines = match(path, json=True)

    assert [line["same"] for line in lines] == [True, False, False, True, False, False]
    assert set(lines[0]) == {"same", "score", "reasons"}
    assert [line["error"]["row"] for line in lines if "error" in line] == [3, 4, 6, 7]
    assert lines[1]["error"] == {"row": 3, "field": "name1", "reason": "is empty"}
    assert lines[2]["error"] == {"row": 4, "field": "name1", "reason": "has no letter"}


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"a,b\n1,2\n", b"name1\nx\n"])
def test_a_file_without_pairs_is_refused_in_words(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(body)

    with pytest.raises(CommandError, match="name1|name2"):
        match(path)
    with pytest.raises(CommandError, match="no file"):
        match(tmp_path / "missing.csv")


def test_the_measure_counts_only_rows_that_say_the_truth(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    rows = [
        *((one, other, "true") for one, other, _ in ONE_PERSON),
        *((one, other, "false") for one, other, _ in TWO_PEOPLE if one),
        ("Miron Valtesku", "Miron Valtesku", ""),
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("name1", "name2", "is_match"), *rows])
    out = StringIO()

    call_command("match_names", path, measure=True, stdout=out)

    found = json.loads(out.getvalue())["people"]
    assert found["n"] == len(rows) - 1
    assert found["f1"] > 0.9
    low, high = found["difference"]
    assert low <= found["f1"] - found["f1_token_set"] <= high


def test_each_half_is_judged_by_the_other() -> None:
    scores = [0.9, 0.6, 0.1, 0.2]
    truth = [True, True, False, False]

    found = cross_validated(scores, truth)

    assert found.thresholds == (0.9, 0.6)
    assert list(found.said) == [True, False, False, False]
    assert f1(found.said, truth) == pytest.approx(2 / 3)

"""Described cases: the answer is never read, and the commands keep their contract."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from notices.screening.casefiles import screen_case
from notices.screening.described import ANSWER_FIELDS
from notices.screening.evaluation import Judged, area, evaluate, interval, recall_at
from tests.notices.screening_cases import RULES, answer, case, ids

ANSWERS = {
    "label": "abusive",
    "hard": True,
    "noncompliance_ground": "political",
    "basis": "CCF deletion; extradition refused as political persecution",
    "year": 2019,
    "outcome": "INTERPOL deleted the data as political; asylum granted.",
    "verification": "excerpt",
    "source": [{"title": "He was granted asylum", "url": "https://example.org"}],
}
REFUGEE = "refugee_recognised_against_requesting_state"


def judged(concern: float, band: str, *, abusive: bool) -> Judged:
    return Judged(id=str(concern), concern=concern, band=band, is_abusive=abusive)


def run(command: str, *args: str, **options: bool) -> list[dict]:
    out = io.StringIO()
    call_command(command, *args, stdout=out, stderr=io.StringIO(), **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def cases_file(tmp_path):
    path = tmp_path / "cases.jsonl"
    rows = [
        case(id="P", label="abusive", asylum_status=REFUGEE, charges="Sedition"),
        case(id="Q", label="abusive", profession_status=["journalist"], hard=True),
        case(id="R", label="compliant", charges="Murder", charge_categories=["murder"]),
    ]
    path.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_answer_is_never_read():
    assert set(ANSWERS) == ANSWER_FIELDS
    assert screen_case(case() | ANSWERS, RULES) == screen_case(case(), RULES)


@pytest.mark.parametrize(
    ("field", "value", "indicator"),
    [
        ("asylum_status", REFUGEE, "I01"),
        ("asylum_status", "asylum_pending", "I01"),
        ("profession_status", ["human_rights_defender"], "I16"),
        ("conviction", "in_absentia", "I22"),
        ("conviction", "in_presence", "C01"),
        ("max_penalty_years", 1, "I09"),
        ("prior_ccf_decision_same_matter", "deleted in 2018", "I02"),
        ("prior_ccf_decision_same_matter", "found compliant", "C03"),
        ("co_accused_deleted", True, "I20"),
        ("charge_categories", ["speech"], "I05"),
        ("subject", "reporter of an exile newspaper", "I16"),
        ("timing_note", "Weeks before a presidential election.", "I39"),
    ],
)
def test_each_field_is_read_and_named(field, value, indicator):
    result = answer(**{field: value})
    mine = [
        one for one in (*result.findings, *result.counter) if one.indicator == indicator
    ]
    assert {one.field for one in mine} == {field}


@pytest.mark.parametrize("unknown", [None, "unknown", "", [], "none"])
def test_null_and_unknown_are_never_an_answer(unknown):
    result = answer(
        asylum_status=unknown, conviction=unknown, profession_status=unknown
    )
    assert not ids(result.findings) & {"I01", "I22", "I16"}
    assert not result.counter


def test_screen_cases_prints_a_line_a_case(cases_file):
    rows = run("screen_cases", str(cases_file), json=True)
    assert [row["id"] for row in rows] == ["P", "Q", "R"]
    first = rows[0]
    assert {
        "concern", "band", "rule_breach", "article_2_3", "evidence", "findings",
        "counter", "unknown",
    } <= first.keys()  # fmt: skip
    assert {
        "indicator", "articles", "strength", "level", "quote", "field", "reason",
    } <= first["findings"][0].keys()  # fmt: skip
    assert rows[0]["concern"] > rows[1]["concern"] > rows[2]["concern"]


def test_evaluate_screening_holds_the_order_against_the_labels(cases_file):
    (result,) = run("evaluate_screening", str(cases_file), json=True)
    assert (result["n"], result["auc"], result["auc_ci"]) == (3, 1.0, [1.0, 1.0])
    assert {"precision", "recall", "f1", "abstained", "by_country"} <= result.keys()
    assert result["by_country"]["KZ"]["n"] == 3
    assert [one["id"] for one in result["cases"]] == ["P", "Q", "R"]


def test_classify_charges_prints_a_line_a_text(tmp_path):
    path = tmp_path / "charges.json"
    path.write_text(json.dumps(["homicidio agravado", "?"]), encoding="utf-8")
    assert run("classify_charges", str(path)) == [
        {
            "text": "homicidio agravado",
            "language": "es",
            "classes": [{"class": "homicide", "quote": "homicidio"}],
        },
        {"text": "?", "language": None, "classes": []},
    ]


@pytest.mark.parametrize(
    ("command", "content", "message"),
    [
        ("screen_cases", None, "There is no file"),
        ("screen_cases", b"{]", "line 1: this is not JSON"),
        ("screen_cases", b"[1]", "line 1: a case is a JSON object"),
        ("screen_cases", b"\xff\xfe\x00", "cannot be read as UTF-8"),
        ("evaluate_screening", b'{"id": "X"}', "label must be abusive or compliant"),
        ("classify_charges", b"{}", "JSON array of texts"),
        ("classify_charges", b"[1]", "entry 1 is not a text"),
        ("classify_charges", b"<html>", "is not a JSON file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    tmp_path, command, content, message
):
    path = tmp_path / "input"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command(command, str(path), stdout=io.StringIO())


@pytest.mark.django_db
def test_screen_reports_what_it_did_and_refuses_unknown_rules():
    (result,) = run("screen", json=True)
    assert (result["screened"], result["changed"], result["by_band"]) == (0, 0, {})
    with pytest.raises(CommandError, match="no rule set 1"):
        call_command("screen", "--rules", "1", stdout=io.StringIO())


def test_the_area_counts_ties_half_and_needs_both_labels():
    up, down = judged(0.9, "strong", abusive=True), judged(0.1, "none", abusive=False)
    tie = judged(0.9, "some", abusive=False)
    assert area([up, down]) == 1.0
    assert area([up, tie]) == 0.5
    assert area([up]) is None
    assert interval([up]) is None


def test_an_abstention_is_not_found_and_not_wrong():
    result = evaluate(
        [
            judged(0.9, "strong", abusive=True),
            judged(0.5, "insufficient", abusive=True),
            judged(0.4, "insufficient", abusive=False),
            judged(0.3, "some", abusive=False),
        ]
    )
    assert (result.precision, result.recall, result.abstained) == (0.5, 0.5, 2)
    assert result.recall_at_precision_85 == 1.0


def test_recall_at_a_precision_is_the_best_of_all_cut_offs():
    cases = [judged(0.9, "some", abusive=True), judged(0.8, "some", abusive=False)]
    cases.append(judged(0.7, "some", abusive=True))
    assert recall_at(cases, 0.85) == 0.5
    assert recall_at([cases[1]], 0.85) is None
    assert evaluate([]).n == 0


def test_the_interval_is_the_same_each_time():
    cases = [judged(n / 10, "some", abusive=n % 3 == 0) for n in range(10)]
    assert interval(cases) == interval(cases)
    low, high = interval(cases) or (1, 0)
    assert low <= (area(cases) or 0) <= high

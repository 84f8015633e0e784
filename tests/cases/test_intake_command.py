"""`import_notices`: its report, its refusals and what it leaves behind."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from cases.models import Review
from notices.models import Feed, FeedRun, Notice, Screening
from tests.notices.feed_rows import as_lines, detail, entity, write

pytestmark = pytest.mark.django_db
KEYS = {
    "run", "feed", "complete", "read", "created", "changed", "unchanged", "rejected",
    "absent", "reappeared", "errors", "unmapped",
}  # fmt: skip


def run(*args):
    out = StringIO()
    call_command("import_notices", *map(str, args), stdout=out, stderr=StringIO())
    return out.getvalue()


def report(*args):
    found = json.loads(run(*args, "--json"))
    assert set(found) >= KEYS
    assert found["read"] == sum(
        found[name] for name in ("created", "changed", "unchanged", "rejected")
    )
    return found


def counts(*args):
    found = report(*args)
    names = ("created", "changed", "unchanged", "rejected", "absent", "reappeared")
    return {name: found[name] for name in names if found[name]}


def test_a_file_comes_in_is_screened_and_waits_for_review(tmp_path):
    path = write(tmp_path, "list.json", [detail("2024/1"), detail("x"), 5])

    found = report(path, "--full")

    assert found["feed"] == "interpol"
    assert found["complete"] is False
    assert (found["read"], found["created"], found["rejected"]) == (3, 1, 2)
    assert found["errors"][0] == {
        "source": "list.json",
        "row": 2,
        "field": "entity_id",
        "reason": "“x” is not a notice number such as 2023/28245",
    }
    notice = Notice.objects.get()
    assert Screening.objects.filter(notice=notice, is_current=True).exists()
    assert Review.objects.get().notice == notice
    assert AuditEntry.objects.filter(facts__contains="import.run").exists()


def test_the_same_file_twice_changes_nothing(tmp_path):
    path = write(tmp_path, "list.jsonl", as_lines([detail("2024/1"), detail("2024/2")]))

    assert counts(path, "--full") == {"created": 2}
    assert counts(path, "--full") == {"unchanged": 2}
    assert len(list((Path(settings.FILES_DIR) / "feeds").iterdir())) == 1


def test_several_files_are_one_run(tmp_path):
    one = write(tmp_path, "one.json", [detail("2024/1"), detail("2024/2")])
    two = write(tmp_path, "two.jsonl", as_lines([entity("2024/2"), entity("2024/3")]))

    assert counts(one, two) == {"created": 3, "unchanged": 1}
    assert [file["name"] for file in FeedRun.objects.get().files] == [
        "one.json",
        "two.jsonl",
    ]


def test_files_of_one_name_are_told_apart(tmp_path):
    old = write(tmp_path, "list.json", [detail("2024/1")])
    report(old)
    (tmp_path / "new").mkdir()
    new = write(tmp_path / "new", "list.json", [detail("2024/1", name="OTHER"), 5])

    found = report(old, new)

    assert (found["unchanged"], found["changed"]) == (1, 1)
    assert found["errors"][-1]["source"] == "list.json (2)"


def test_a_feed_may_have_a_name_of_its_own(tmp_path):
    path = write(tmp_path, "list.json", [detail()])

    assert report(path, "--feed", "partner-list")["feed"] == "partner-list"
    assert Feed.objects.get().name == "Partner list"


def test_absences_are_counted_over_whole_lists(tmp_path):
    both = write(tmp_path, "both.json", [detail("2024/1"), detail("2024/2")])
    one = write(tmp_path, "one.json", [detail("2024/1")])
    report(both, "--full")

    assert counts(one, "--full") == {"unchanged": 1, "absent": 1}
    assert counts(one, "--full") == {"unchanged": 1, "absent": 1}
    assert counts(both, "--full") == {"unchanged": 2, "reappeared": 1}
    assert Review.objects.get(notice__reference="2024/2").why == "back"


def test_a_dry_run_reports_and_changes_nothing(tmp_path):
    path = write(tmp_path, "list.json", [detail()])

    assert counts(path, "--dry-run") == {"created": 1}
    assert not Notice.objects.exists()
    assert not Review.objects.exists()


def test_a_run_is_taken_back_by_its_number(tmp_path):
    number = report(write(tmp_path, "list.json", [detail()]))["run"]

    assert json.loads(run("--undo", number, "--json"))["run"] == number
    assert not Notice.objects.exists()
    with pytest.raises(CommandError, match="Undone"):
        run("--undo", number)
    with pytest.raises(CommandError, match="no run 999999"):
        run("--undo", 999999)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html><body>403</body></html>", "web page"),
        (b"just words", "neither JSON nor a table"),
        (b"colour,name\nred,A\n", "neither JSON nor a table"),
        (b"\x1f\x8b\x08", "GZIP"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(
    tmp_path, content, said
):
    good = write(tmp_path, "good.json", [detail()])
    bad = write(tmp_path, "bad.json", content)

    with pytest.raises(CommandError, match=said) as refused:
        run(good, bad, "--json")

    assert refused.value.returncode == 1
    assert "\n" not in str(refused.value)
    assert not FeedRun.objects.exists()
    assert not Notice.objects.exists()
    assert not list((Path(settings.FILES_DIR) / "feeds").iterdir())


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nope\.json cannot be read"):
        run(tmp_path / "nope.json")
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path)


def test_wrong_usage_ends_with_2(tmp_path):
    path = write(tmp_path, "list.json", [detail()])
    for args in ((), (path, "--feed", "no slug!"), (path, "--undo", "1")):
        with pytest.raises(CommandError) as wrong:
            run(*args)
        assert wrong.value.returncode == 2


def test_people_read_a_short_table(tmp_path):
    rows = [detail("x") for _ in range(30)] + [detail(nationalities=["ZQ"])]
    text = run(write(tmp_path, "list.json", rows))

    assert "Rejected" in text
    assert "list.json, row 1, entity_id" in text
    assert "10 more" in text
    assert "Unmapped code ZQ: 1" in text


def test_a_table_that_turns_out_unreadable_fails_in_words(tmp_path):
    path = write(tmp_path, "a.csv", "colour,name\nred,A\n")

    with pytest.raises(CommandError, match="notice number"):
        run(path, "--format", "table")
    assert FeedRun.objects.get().state == "failed"

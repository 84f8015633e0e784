"""The pages of feeds and runs, and who may not use them."""

import csv
import io

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.intake import upload
from cases.intake.tasks import work
from cases.models import Review
from notices.choices import RunState
from notices.models import FeedRun, Notice, RunError
from tests.factories import NOON, make_feed, make_flagged
from tests.notices.feed_rows import as_lines, detail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_broker")]


def file_of(rows, name="list.jsonl"):
    content = rows if isinstance(rows, bytes) else as_lines(rows).encode()
    return SimpleUploadedFile(name, content)


def send(client, *files, **fields):
    given = {"uploads": list(files), "source_format": "auto", **fields}
    return client.post(reverse("import-new"), given)


def imported(client, rows, **fields):
    """Send a file through the page and do what a worker would."""
    response = send(client, file_of(rows), **fields)
    assert response.status_code == 302, response.content
    run = FeedRun.objects.latest("pk")
    assert response["Location"] == reverse("run", args=[run.pk])
    work(run.pk)
    run.refresh_from_db()
    return run


def page(client, run, **query):
    return client.get(reverse("run", args=[run.pk]), query).content.decode()


@pytest.fixture
def analyst(as_user, ana):
    return as_user(ana)


def test_an_upload_becomes_a_run_that_a_worker_does(analyst, ana):
    run = imported(analyst, [detail("2024/1"), detail("bad")])

    assert run.state == RunState.COMPLETE
    assert run.started_by == ana
    text = page(analyst, run)
    assert "not a notice number" in text
    assert "list.jsonl" in text
    assert Review.objects.get().notice.reference == "2024/1"


def test_a_waiting_run_shows_progress_that_stops_when_it_is_over(analyst):
    send(analyst, file_of([detail()]))
    run = FeedRun.objects.get()
    address = reverse("run", args=[run.pk])
    htmx = {"HX-Request": "true"}

    waiting = analyst.get(address, {"part": "progress"}, headers=htmx)
    assert b"Waiting for a worker" in waiting.content
    assert b"every 3s" in waiting.content
    assert b"<html" not in waiting.content
    assert b"Look again" in analyst.get(address).content

    work(run.pk)
    over = analyst.get(address, {"part": "progress"}, headers=htmx)
    assert b"every 3s" not in over.content
    assert b"Show what it did" in over.content
    assert b"Show what it did" not in analyst.get(address).content


def test_a_dry_run_changes_nothing_until_someone_says_so(analyst):
    dry = imported(analyst, [detail()], is_dry_run="on", is_full="on")
    assert dry.is_dry_run
    assert not Notice.objects.exists()
    assert "Import for real" in page(analyst, dry)

    response = analyst.post(reverse("run-import", args=[dry.pk]))
    real = FeedRun.objects.latest("pk")
    assert response["Location"] == reverse("run", args=[real.pk])
    work(real.pk)

    assert Notice.objects.count() == 1
    assert real.is_full
    assert real.files == dry.files
    analyst.post(reverse("run-import", args=[real.pk]))
    assert FeedRun.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<html>", "web page"),
        (b"words", "neither JSON nor a table"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_form(analyst, content, said):
    response = send(analyst, file_of(content, "evil<b>.json"))

    assert response.status_code == 422
    text = response.content.decode()
    assert said in text
    assert "<b>.json" not in text
    assert not FeedRun.objects.exists()


def test_a_form_without_a_file_says_what_is_missing(analyst):
    response = analyst.post(reverse("import-new"), {"source_format": "auto"})

    assert response.status_code == 422
    assert b"There is a problem" in response.content


def test_a_file_that_is_too_large_is_dropped_as_it_comes(analyst, monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 100_000)

    response = send(analyst, file_of([detail()] * 1_000))

    assert response.status_code == 422
    assert b"larger than 2 GB" in response.content
    assert not (settings.FILES_DIR / "feeds").exists()


def test_rejected_rows_come_in_pages_and_as_a_safe_table(analyst):
    rows = [detail(f"=cmd{number}", name="=1+1") for number in range(60)]
    run = imported(analyst, rows)

    first = page(analyst, run, list="rejected")
    assert "=cmd49" in first
    assert "=cmd50" not in first
    last = RunError.objects.filter(run=run)[49]
    assert "=cmd50" in page(analyst, run, list="rejected", after=last.pk)

    response = analyst.get(reverse("run-rows", args=[run.pk]))
    assert response["Content-Disposition"].startswith("attachment")
    text = b"".join(response.streaming_content).decode()
    table = list(csv.reader(io.StringIO(text)))
    assert table[0] == ["file", "row", "field", "reason", "rejected", "as received"]
    assert len(table) == 61
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for row in table for cell in row
    )


def test_changes_of_a_run_can_be_read(analyst):
    imported(analyst, [detail("2024/1"), detail("2024/2")])
    run = imported(analyst, [detail("2024/1", name="OTHER"), detail("2024/3")])

    changed = page(analyst, run, list="changed")
    assert "VALTESKU" in changed
    assert "OTHER" in changed
    assert "Family name" in changed
    assert reverse("notice", args=["2024-3"]) in page(analyst, run, list="created")
    assert page(analyst, run, list="no such list", after="x")


def test_an_import_is_taken_back_from_its_page(analyst):
    run = imported(analyst, [detail()])
    assert "Take this import back" in page(analyst, run)

    response = analyst.post(reverse("run-undo", args=[run.pk]), follow=True)

    assert "was taken back" in response.content.decode()
    assert not Notice.objects.exists()
    assert "Take this import back" not in page(analyst, run)


def test_an_import_with_a_decision_on_it_stays_and_the_page_says_why(analyst, ana, ben):
    run = imported(analyst, [detail()])
    review = make_flagged(Notice.objects.get(), by=ana, signed_by=ben)
    review.transitions.create(
        action="propose", from_state="taken", to_state="proposed", version=1,
        actor=ana, at=NOON, reason="Speech",
    )  # fmt: skip

    response = analyst.post(reverse("run-undo", args=[run.pk]), follow=True)

    assert "Colleagues decided on some of its notices" in response.content.decode()
    assert Notice.objects.exists()


def test_feeds_say_in_words_whether_to_trust_them(analyst):
    assert "Nothing was imported yet" in analyst.get(reverse("feeds")).content.decode()
    imported(analyst, [detail()], is_full="on")
    imported(analyst, [detail(), detail("bad")], is_full="on")
    imported(analyst, [detail()], is_dry_run="on")

    text = analyst.get(reverse("feeds")).content.decode()

    assert "INTERPOL public notices" in text
    assert "No absences judged" in text
    assert "Dry run" in text


def test_pages_take_the_same_queries_for_2_rows_and_for_60(
    analyst, django_assert_max_num_queries
):
    for count in (2, 60):
        rows = [detail(f"2024/{number}") for number in range(count)]
        run = imported(analyst, [*rows, *([detail("bad")] * count)])
        for query in ({"list": "rejected"}, {"list": "created"}):
            with django_assert_max_num_queries(9):
                analyst.get(reverse("run", args=[run.pk]), query)
    for number in range(30):
        FeedRun.objects.create(
            feed=make_feed(f"feed-{number}"), created_at=NOON, state=RunState.COMPLETE
        )
    with django_assert_max_num_queries(9):
        analyst.get(reverse("feeds"))


@pytest.mark.parametrize("who", ["carla", "dina", "emil"])
def test_only_analysts_and_reviewers_import(who, request, as_user, analyst):
    run = imported(analyst, [detail()], is_dry_run="on")
    client = as_user(request.getfixturevalue(who))

    assert client.get(reverse("import-new")).status_code == 403
    assert send(client, file_of([detail()])).status_code == 403
    for name in ("run-undo", "run-import"):
        assert client.post(reverse(name, args=[run.pk])).status_code == 403
    assert client.get(reverse("run-rows", args=[run.pk])).status_code == 403
    assert FeedRun.objects.count() == 1


@pytest.mark.parametrize("who", ["carla", "dina"])
def test_lawyers_and_readers_see_no_runs(who, request, as_user, analyst):
    run = imported(analyst, [detail()])
    client = as_user(request.getfixturevalue(who))

    assert client.get(reverse("feeds")).status_code == 403
    assert client.get(reverse("run", args=[run.pk])).status_code == 403


def test_an_administrator_sees_how_runs_went_but_no_names(as_user, emil, analyst):
    run = imported(analyst, [detail(name="SECRETNAME"), detail("x", name="SECRETNAME")])
    client = as_user(emil)

    for name in ("created", "rejected", "changed"):
        text = page(client, run, list=name)
        assert "SECRETNAME" not in text
        assert "2024/10001" not in text
    assert "SECRETNAME" in page(analyst, run, list="created")
    assert client.get(reverse("feeds")).status_code == 200


def test_strangers_sign_in_first(client):
    for address in (reverse("feeds"), reverse("import-new"), "/runs/1/"):
        assert client.get(address).status_code == 302


def test_a_run_that_is_not_there_is_a_plain_404(analyst):
    assert analyst.get("/runs/999999/").status_code == 404

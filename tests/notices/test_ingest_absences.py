"""What a whole list says about notices that it does not hold."""

from datetime import timedelta

import pytest

from notices.choices import ChangeKind, Listing, RunState
from notices.models import Notice, NoticeChange
from tests.factories import NOON
from tests.notices.feed_rows import as_lines, detail, entity, listed, page
from tests.notices.ingest_run import Importer, counts

pytestmark = pytest.mark.django_db
A, B, C = (detail(f"2024/{number}") for number in (1, 2, 3))


@pytest.fixture
def importer(tmp_path):
    return Importer(tmp_path)


def day(number):
    return NOON + timedelta(days=number)


def listing(reference):
    return Notice.objects.get(reference=reference).listing


def told(reference):
    changes = NoticeChange.objects.filter(notice__reference=reference)
    return list(changes.order_by("pk").values_list("kind", flat=True))


def test_two_complete_lists_without_a_notice_end_its_listing(importer):
    importer.run([A, B], full=True, at=day(0))

    once = importer.run([A], full=True, at=day(1))
    assert counts(once) == {"unchanged": 1, "absent": 1}
    assert listing("2024/2") == Listing.MISSING

    twice = importer.run([A], full=True, at=day(2))
    assert counts(twice) == {"unchanged": 1, "absent": 1}
    notice = Notice.objects.get(reference="2024/2")
    assert notice.listing == Listing.NO_LONGER_LISTED
    assert notice.absent_since == day(2)
    assert notice.last_seen == day(0)

    # It is concluded: from here on it is not counted again.
    assert counts(importer.run([A], full=True, at=day(3))) == {"unchanged": 1}
    assert told("2024/2") == [
        ChangeKind.NEW,
        ChangeKind.MISSING,
        ChangeKind.NO_LONGER_LISTED,
    ]
    assert listing("2024/1") == Listing.LISTED


def test_a_notice_that_comes_back_is_listed_again(importer):
    importer.run([A, B], full=True)
    for number in (1, 2):
        importer.run([A], full=True, at=day(number))

    run = importer.run([A, B], full=True, at=day(3))

    assert counts(run) == {"unchanged": 2, "reappeared": 1}
    assert listing("2024/2") == Listing.LISTED
    assert Notice.objects.get(reference="2024/2").absent_since is None
    assert told("2024/2")[-1] == ChangeKind.BACK


def test_a_notice_missing_once_is_never_said_to_be_gone(importer):
    importer.run([A, B], full=True)
    importer.run([A], full=True)
    importer.run([A, B], full=True)
    importer.run([A], full=True)

    assert listing("2024/2") == Listing.MISSING
    assert ChangeKind.NO_LONGER_LISTED not in told("2024/2")


def test_a_part_of_a_list_judges_nothing(importer):
    importer.run([A, B], full=True)
    for _ in range(3):
        assert counts(importer.run([A])) == {"unchanged": 1}

    assert listing("2024/2") == Listing.LISTED


@pytest.mark.parametrize(
    "content",
    [
        as_lines([A, B])[:-150],
        as_lines([A]) + '{"entity_id": nonsense}\n',
        page([listed("2024/1")], total=2),
        page([listed("2024/1")], total=161),
        [],
    ],
    ids=["cut", "unreadable row", "gap", "above the cap", "nothing"],
)
def test_an_incomplete_list_judges_nothing_and_says_why(importer, content):
    importer.run([A, B], full=True)
    for _ in range(2):
        run = importer.run(content, full=True)

        assert run.state == RunState.INCOMPLETE
        assert run.gaps
        assert run.absent == 0
    assert listing("2024/2") == Listing.LISTED


def test_a_list_that_lost_half_of_its_notices_is_not_believed(importer):
    rows = [detail(f"2024/{number}") for number in range(1, 121)]
    importer.run(rows, full=True)

    few = importer.run(rows[:50], full=True)
    enough = importer.run(rows[:70], full=True)

    assert few.state == RunState.INCOMPLETE
    assert "50 of 120" in few.gaps[0]
    assert enough.absent == 50


def test_a_refused_row_with_its_number_shows_that_its_notice_is_listed(importer):
    importer.run("entity_id,dob\n2024/1,1979\n2024/2,1980\n", full=True, name="a.csv")
    table = "entity_id,dob\n2024/1,1979\n2024/2,03/04/1980\n"

    for _ in range(2):
        run = importer.run(table, full=True, name="a.csv")
        assert run.state == RunState.COMPLETE
        assert counts(run) == {"unchanged": 1, "rejected": 1}
    assert listing("2024/2") == Listing.LISTED


def test_a_feed_judges_only_its_own_notices_and_others_may_still_list_them(importer):
    importer.run([A, B, C], full=True)
    lines = as_lines([entity("2024/1"), entity("2024/2")])
    importer.run(lines, full=True, feed="opensanctions")
    for _ in range(2):
        importer.run([A], full=True)

    assert listing("2024/2") == Listing.LISTED
    assert listing("2024/3") == Listing.NO_LONGER_LISTED

    for _ in range(2):
        lines = as_lines([entity("2024/1")])
        importer.run(lines, full=True, feed="opensanctions")
    assert listing("2024/2") == Listing.NO_LONGER_LISTED


def test_a_dry_run_tells_and_changes_nothing(importer):
    importer.run([A, B], full=True)
    before = list(Notice.objects.order_by("pk").values())

    for _ in range(3):
        run = importer.run([detail("2024/1", name="OTHER"), C, 5], full=True, dry=True)

        assert counts(run) == {"created": 1, "changed": 1, "rejected": 1}
        assert run.gaps
        assert run.errors.get().row == 3
    absent = importer.run([A], full=True, dry=True)
    assert counts(absent) == {"unchanged": 1, "absent": 1}
    assert list(Notice.objects.order_by("pk").values()) == before
    assert NoticeChange.objects.count() == 2
    # Dry runs are no complete lists: B is missing for the first time now.
    importer.run([A], full=True)
    assert listing("2024/2") == Listing.MISSING

"""An import is taken back whole or not at all."""

import pytest

from notices.choices import ChangeKind, Listing, RunState
from notices.ingest.undo import UndoRefused, undo
from notices.models import Notice, NoticeVersion, Person, Warrant
from tests.factories import NOON
from tests.notices.feed_rows import detail
from tests.notices.ingest_run import Importer, counts

pytestmark = pytest.mark.django_db
A, B, C = (detail(f"2024/{number}") for number in (1, 2, 3))


@pytest.fixture
def importer(tmp_path):
    return Importer(tmp_path)


def take_back(run, in_use=()):
    return undo(run=run, actor=None, at=NOON, in_use=in_use)


def test_new_notices_go_and_changed_ones_get_their_values_back(importer):
    importer.run([A, B])
    charges = [{"issuing_country_id": "AR", "charge": "Another"}]
    run = importer.run(
        [detail("2024/1", name="OTHER", sex_id="F", arrest_warrants=charges), B, C]
    )

    undone = take_back(run)

    assert undone.state == RunState.UNDONE
    assert not Notice.objects.filter(reference="2024/3").exists()
    assert Person.objects.count() == 2
    notice = Notice.objects.get(reference="2024/1")
    assert (notice.family_name, notice.sex, notice.issuers) == ("VALTESKU", "M", ["RU"])
    assert notice.warrants.get().charges.get().text == "Invented charge of fraud"
    assert notice.person.display_name == "VALTESKU Miron"
    # What it said in between stays in the history.
    assert notice.version_number == 3
    assert notice.versions.get(number=2).values["family_name"] == "OTHER"
    assert notice.changes.order_by("pk").last().kind == ChangeKind.UNDONE
    assert Notice.objects.get(reference="2024/2").version_number == 1


def test_the_same_file_goes_in_again_after_it_was_taken_back(importer):
    importer.run([A])
    changed = detail("2024/1", name="OTHER")
    take_back(importer.run([changed, B]))

    run = importer.run([changed, B])

    assert counts(run) == {"created": 1, "changed": 1}


def test_a_first_import_leaves_nothing_behind(importer):
    take_back(importer.run([A, B, 5]))

    for model in (Notice, Person, Warrant, NoticeVersion):
        assert not model.objects.exists()


def test_an_import_that_a_later_one_built_upon_stays(importer):
    importer.run([A])
    first = importer.run([detail("2024/1", name="OTHER")])
    second = importer.run([detail("2024/1", name="THIRD")])

    with pytest.raises(UndoRefused, match=f"Run {second.pk}"):
        take_back(first)
    assert Notice.objects.get().family_name == "THIRD"

    take_back(second)
    take_back(first)
    assert Notice.objects.get().family_name == "VALTESKU"


def test_a_notice_that_people_work_on_keeps_its_import(importer):
    run = importer.run([A, B])

    with pytest.raises(UndoRefused, match="decided on some of its notices"):
        take_back(run, in_use=[Notice.objects.get(reference="2024/1").pk])
    assert Notice.objects.count() == 2
    run.refresh_from_db()
    assert run.state == RunState.COMPLETE


def test_absences_are_taken_back_with_their_list(importer):
    importer.run([A, B], full=True)
    first, second = (importer.run([A], full=True) for _ in range(2))

    take_back(second)
    assert Notice.objects.get(reference="2024/2").listing == Listing.MISSING
    take_back(first)
    assert Notice.objects.get(reference="2024/2").listing == Listing.LISTED


def test_a_return_is_taken_back_with_its_list(importer):
    importer.run([A, B], full=True)
    for _ in range(2):
        importer.run([A], full=True)
    run = importer.run([A, B], full=True)

    take_back(run)

    assert Notice.objects.get(reference="2024/2").listing == Listing.NO_LONGER_LISTED


def test_only_what_has_ended_can_be_taken_back_and_only_once(importer):
    run = importer.run([A])
    take_back(run)

    with pytest.raises(UndoRefused, match="Undone"):
        take_back(run)
    with pytest.raises(UndoRefused, match="dry run"):
        take_back(importer.run([A], dry=True))

"""A notice entered by hand for a walled file lives and dies with the file.

Carla leads the wall and Ana keeps it; whoever is taken off it must not read on.
"""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from cases.by_hand.services import enter_by_hand
from cases.choices import CaseLevel, MemberRole
from cases.comments.services import say
from cases.files.members import add_member, remove_member
from cases.keeping.erase import Why, erase_case
from cases.models import CaseFile, Comment, Review
from notices.choices import NoticeKind, Origin
from notices.ingest.by_hand import ChargeSaid, Entered, EntryRefused
from notices.models import Charge, Notice, NoticeGrant, Person
from tests.factories import NOON, make_case, make_notice

pytestmark = pytest.mark.django_db
SECRET = "quietword"


@pytest.fixture
def case(carla, ana) -> CaseFile:
    return make_case(lead=carla, members=(ana,), level=CaseLevel.WALLED)


def enter(case: CaseFile, carla, **more) -> Notice:
    said = Entered(
        kind=NoticeKind.RED,
        origin=Origin.CLIENT,
        source=f"{SECRET} of the mother",
        charges=[ChargeSaid(1, "RU", f"{SECRET} of a court")],
        family_name="ZAKRYTOV",
    )
    return enter_by_hand(entered=said, actor=carla, at=NOON, case=case, **more)


def test_who_is_taken_off_the_file_reads_the_notice_no_more(case, carla, ben, as_user):
    named = add_member(case=case, user=ben, actor=carla, reason="Helps", at=NOON)
    notice = enter(case, ben)
    page = reverse("notice", args=[notice.key])
    assert as_user(ben).get(page).status_code == 200
    remove_member(case=case, member=named, actor=carla, reason="Leaves", at=NOON)
    assert as_user(ben).get(page).status_code == 404
    assert as_user(carla).get(page).status_code == 200
    assert not NoticeGrant.objects.filter(notice=notice).exists()


def test_its_readers_are_named_on_the_file_and_nowhere_else(case, carla, ben):
    with pytest.raises(EntryRefused, match="name its readers on the file"):
        enter(case, carla, readers=[ben])
    assert not Charge.objects.filter(text__contains=SECRET).exists()


def test_the_file_takes_it_along_when_it_is_erased(case, carla, emil):
    other = make_case(lead=carla, level=CaseLevel.WALLED)
    kept = make_notice(person=case.person)
    case.links.create(notice=kept, linked_by=carla, linked_at=NOON)
    notice, elsewhere = enter(case, carla), enter(other, carla)
    review = Review.objects.get(notice=notice)
    say(review=review, author=carla, text=f"{SECRET} lives by the sea", at=NOON)
    words = AuditEntry.objects.filter(words__contains=SECRET)
    before = words.count()

    erase_case(case=case, why=Why("Asked", "rule", carla, emil), at=NOON)

    assert set(Notice.objects.filter(pk__in=[notice.pk, kept.pk])) == {kept}
    assert not Comment.objects.filter(text__contains=SECRET).exists()
    assert not Charge.objects.filter(warrant__notice=notice.pk).exists()
    assert Notice.objects.filter(pk=elsewhere.pk).exists()
    assert 0 < words.count() < before
    assert MemberRole.KEEPER in other.members.values_list("role", flat=True)


def test_a_client_whom_nothing_else_names_goes_too(carla, ana, emil):
    """Ana's file about the same person is not Carla's to erase from."""
    first = make_notice(confidentiality="restricted", origin=Origin.CLIENT, feed=None)
    case = make_case(lead=carla, notice=first, level=CaseLevel.WALLED)
    second = make_case(lead=ana, notice=first, level=CaseLevel.WALLED)
    person = case.person
    why = Why("Asked", "rule", carla, emil)
    erase_case(case=case, why=why, at=NOON)
    assert Notice.objects.filter(pk=first.pk).exists()
    erase_case(case=second, why=why, at=NOON)
    assert not Notice.objects.filter(pk=first.pk).exists()
    assert not Person.objects.filter(pk=person.pk).exists()

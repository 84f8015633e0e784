"""Two at once around a wall, each with a connection of its own."""

from collections.abc import Callable
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.choices import Role
from cases.choices import CaseLevel, MemberRole
from cases.files.access import CaseRefused
from cases.files.barring import bar
from cases.files.levels import answer_lowering, ask_to_lower
from cases.files.members import add_member, remove_member
from cases.glass.services import ask_for_glass, consent_to_glass
from cases.models import CaseBar, CaseFile, CaseMember, Glass
from tests.cases.races import at_once
from tests.factories import NOON, make_case, make_user

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (CaseRefused, IntegrityError)


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


@pytest.fixture
def wall(carla, kim) -> CaseFile:
    return make_case(lead=carla, members=(kim,), level=CaseLevel.WALLED)


together = partial(at_once, refusals=REFUSALS)


def refused(found: list[Any]) -> list[Any]:
    return [one for one in found if isinstance(one, REFUSALS)]


def test_naming_and_barring_somebody_at_once_ends_with_one_of_the_two(
    wall, carla, olga
):
    now = timezone.now()
    found = together(
        lambda: add_member(case=wall, user=olga, actor=carla, reason="x", at=now),
        lambda: bar(case=wall, user=olga, actor=carla, reason="x", at=now),
    )
    assert len(refused(found)) == 1
    named = wall.members.current().filter(user=olga).exists()
    assert named != wall.bars.filter(user=olga).exists()


def test_the_database_alone_keeps_them_apart(wall, carla, olga):
    """Rows written past every service, committed at the same moment."""
    both_written = Barrier(2)

    def write(make: Callable[..., Any], **fields: Any) -> Callable[[], None]:
        def act() -> None:
            with transaction.atomic():
                make(case_id=wall.pk, user=olga, reason="x", **fields)
                both_written.wait()

        return act

    found = together(
        write(CaseMember.objects.create, added_by=carla, added_at=NOON),
        write(CaseBar.objects.create, barred_by=carla, barred_at=NOON),
    )
    assert [type(one) for one in refused(found)] == [IntegrityError]


def test_the_last_two_keepers_cannot_leave_together(wall, carla):
    extra = make_user("Ida Stone", Role.LAWYER)
    add_member(
        case=wall, user=extra, actor=carla, role="keeper", reason="x", at=timezone.now()
    )
    keepers = list(wall.members.current().filter(role=MemberRole.KEEPER))
    found = together(
        *(
            lambda one=one: remove_member(
                case=wall, member=one, actor=carla, reason="x", at=timezone.now()
            )
            for one in keepers
        )
    )
    assert len(refused(found)) == 1
    assert wall.members.current().filter(role=MemberRole.KEEPER).count() == 1


def test_of_two_answers_to_one_wish_one_counts(wall, carla, kim, ana):
    now = timezone.now()
    add_member(case=wall, user=ana, actor=carla, reason="x", at=now)
    wish = ask_to_lower(
        case=wall, actor=carla, level=CaseLevel.RESTRICTED, reason="x", at=now
    )
    found = together(
        *(
            lambda actor=actor, confirms=confirms: answer_lowering(
                lowering=wish, actor=actor, confirms=confirms, at=now
            )
            for actor, confirms in ((kim, True), (ana, False))
        )
    )
    assert len(refused(found)) == 1
    wish.refresh_from_db()
    wall.refresh_from_db()
    lowered = wall.level == CaseLevel.RESTRICTED
    assert lowered is (wish.state == "confirmed")


def test_a_bar_and_a_consent_at_once_leave_nothing_open(wall, carla, emil):
    emma = make_user("Emma Novak", Role.ADMINISTRATOR)
    now = timezone.now()
    glass = ask_for_glass(code=wall.code, reason="x", hours=4, actor=emil, at=now)
    together(
        lambda: consent_to_glass(glass=glass, actor=emma, at=now),
        lambda: bar(case=wall, user=emil, actor=carla, reason="x", at=now),
    )
    assert CaseBar.objects.filter(case=wall, user=emil).exists()
    assert not Glass.objects.open_at(now).filter(case=wall).exists()
    assert not CaseFile.objects.visible_to(emil).exists()

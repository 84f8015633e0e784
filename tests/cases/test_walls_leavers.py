"""A wall when its people leave. Carla leads, Kim keeps; Emil administers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.administration.services import Refused, change_role, deactivate
from accounts.choices import Role
from accounts.models import User
from cases.choices import AlertKind, CaseLevel, MemberRole
from cases.files.access import CaseRefused
from cases.files.members import add_member, remove_member
from cases.keeping.sweep import sweep
from cases.models import CaseAlert
from tests.cases.races import at_once
from tests.factories import make_case, make_notice, make_user

pytestmark = pytest.mark.django_db
CODE = "HIDDENBIRD-9"


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


@pytest.fixture
def wall(carla, kim):
    return make_case(
        lead=carla,
        members=(kim,),
        level=CaseLevel.WALLED,
        code=CODE,
        notice=make_notice(family_name="UNMISTAKABLE"),
    )


def close(client, user, **more):
    address = reverse("user-deactivate", args=[user.pk])
    return client.post(address, {"reason-reason": "Has left", **more}, follow=True)


@pytest.mark.parametrize("who", ["carla", "kim"])
def test_lead_and_keeper_do_not_leave_a_wall_and_its_name_is_not_told(
    request, wall, emil, as_user, who
):
    person, client = request.getfixturevalue(who), as_user(emil)
    role = reverse("user-role", args=[person.pk])
    for said in (
        close(client, person),
        client.post(role, {"role-role": Role.ADVOCACY}, follow=True),
    ):
        assert "needs two people at all times" in said.text
        for word in (CODE, "UNMISTAKABLE"):
            assert word not in said.text
    person.refresh_from_db()
    assert (person.is_active, person.role) == (True, Role.LAWYER)


def test_another_role_that_reads_walls_keeps_it_up(wall, kim, emil):
    made = change_role(
        user_id=kim.pk, actor=emil, role=Role.REVIEWER, at=timezone.now()
    )
    assert made.role == Role.REVIEWER


def test_a_keeper_who_named_another_one_may_go(wall, carla, kim, ana, emil):
    now = timezone.now()
    add_member(
        case=wall, user=ana, actor=carla, reason="Takes over", at=now,
        role=MemberRole.KEEPER,
    )  # fmt: skip
    assert not deactivate(user_id=kim.pk, actor=emil, at=now).is_active
    with pytest.raises(Refused):
        deactivate(user_id=ana.pk, actor=emil, at=now)


def test_a_member_or_a_lead_of_no_wall_goes_as_ever(wall, carla, ana, ben, emil):
    now = timezone.now()
    make_case(lead=ben, level=CaseLevel.RESTRICTED)
    add_member(case=wall, user=ana, actor=carla, reason="Helps", at=now)
    for user in (ana, ben):
        assert not deactivate(user_id=user.pk, actor=emil, at=now).is_active


def test_closed_at_once_after_a_theft_those_who_are_left_are_told(
    wall, carla, kim, olga, emil, as_user
):
    close(as_user(emil), kim, **{"reason-at_once": "on"})
    kim.refresh_from_db()
    assert not kim.is_active
    for _ in range(2):
        sweep(at=timezone.now())
    alert = CaseAlert.objects.get(kind=AlertKind.WALL_ALONE)
    assert (alert.user, alert.by, alert.case) == (carla, kim, wall)
    hers = as_user(carla)
    assert "Needs another lead or keeper" in hers.get(reverse("today")).text
    page = hers.get(reverse("case", args=[CODE])).text
    assert "This wall has no keeper who still reads it" in page
    for user in (olga, emil):
        assert CODE not in as_user(user).get(reverse("today")).text
    add_member(
        case=wall, user=olga, actor=carla, reason="Keeps", at=timezone.now(),
        role=MemberRole.KEEPER,
    )  # fmt: skip
    assert "This wall has no" not in hers.get(reverse("case", args=[CODE])).text


@pytest.mark.django_db(transaction=True)
def test_a_keeper_taken_off_and_another_one_leaving_at_once_do_not_both_go(
    wall, carla, kim, emil
):
    other = make_user("Kai Other", Role.LAWYER)
    now = timezone.now()
    member = add_member(
        case=wall, user=other, actor=carla, reason="Keeps too", at=now,
        role=MemberRole.KEEPER,
    )  # fmt: skip
    done = at_once(
        lambda: remove_member(
            case=wall, member=member, actor=carla, reason="x", at=now
        ),
        lambda: deactivate(user_id=kim.pk, actor=emil, at=now),
        refusals=(CaseRefused, Refused),
    )
    assert sum(isinstance(one, CaseRefused | Refused) for one in done) == 1
    keepers = wall.members.current().who_can_read_walls()
    assert keepers.filter(role=MemberRole.KEEPER).count() == 1
    assert User.objects.filter(pk=carla.pk, is_active=True).exists()

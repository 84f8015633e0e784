"""Walls: who looks after one, who is barred, and how more people come to see a file.

Carla leads, Kim keeps, Ana is named, Olga is not, Emil is administrator.
"""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry, User
from cases.choices import CaseLevel, CaseState, LoweringState, MemberRole
from cases.files.access import CaseRefused
from cases.files.members import remove_member
from cases.models import CaseAlert, CaseBar, CaseFile, CaseMember, Lowering
from notices.keys import key_of
from tests.factories import NOON, make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


@pytest.fixture
def wall(carla, kim, ana):
    return make_case(lead=carla, members=(kim, ana), level=CaseLevel.WALLED)


def post(client, name, case, *more, **data):
    return client.post(reverse(name, args=[case.code, *more]), data)


def holds(constraint):
    """Expect that the database itself refuses what the block has done."""
    return pytest.raises(IntegrityError, match=constraint)


# --- What the database holds ---------------------------------------------------------
def test_a_wall_without_a_keeper_or_a_lead_cannot_be_committed(wall, carla, kim):
    for user in (carla, kim):
        with holds("needs a lead and a keeper"), transaction.atomic():
            wall.members.filter(user=user).update(ended_at=NOON)
            connection.check_constraints()


def test_no_file_becomes_a_wall_without_the_two(carla, ana):
    case = make_case(lead=carla, members=(ana,), level=CaseLevel.RESTRICTED)
    with holds("needs a lead and a keeper"), transaction.atomic():
        CaseFile.objects.filter(pk=case.pk).update(level=CaseLevel.WALLED)
        connection.check_constraints()


def test_nobody_is_barred_and_named_at_once(wall, carla, ana):
    with holds("barred from a file and named on it"), transaction.atomic():
        CaseBar.objects.create(
            case=wall, user=ana, reason="x", barred_by=carla, barred_at=NOON
        )
        connection.check_constraints()


def test_a_file_with_a_bar_does_not_open_to_the_organisation(wall, carla, olga):
    CaseBar.objects.create(
        case=wall, user=olga, reason="x", barred_by=carla, barred_at=NOON
    )
    with holds("bars nobody"), transaction.atomic():
        CaseFile.objects.filter(pk=wall.pk).update(level=CaseLevel.ORGANISATION)
        connection.check_constraints()


def test_nobody_confirms_their_own_wish_in_the_database_either(wall, carla):
    with holds("lowering_confirmed_by_a_second_person"), transaction.atomic():
        Lowering.objects.create(
            case=wall,
            from_level=CaseLevel.WALLED,
            to_level=CaseLevel.RESTRICTED,
            state=LoweringState.CONFIRMED,
            reason="x",
            asked_by=carla,
            asked_at=NOON,
            answered_by=carla,
            answered_at=NOON,
        )


def test_lead_and_keeper_have_no_last_day(wall):
    with holds("member_lead_and_keeper_have_no_last_day"), transaction.atomic():
        wall.members.filter(role=MemberRole.KEEPER).update(until=NOON.date())


def test_whoever_reads_no_walled_file_keeps_no_wall_up(as_user, carla, kim, dina):
    case = make_case(lead=carla, level=CaseLevel.RESTRICTED)
    client = as_user(carla)
    raised = {"level": "walled", "reason": "Two sides"}
    named = {"user": dina.pk, "role": "keeper", "reason": "Keeps it with me"}
    assert post(client, "case-people", case, **named).status_code == 302
    assert "Name a keeper" in post(client, "case-level", case, **raised).text
    assert (
        post(client, "case-people", case, **named | {"user": kim.pk}).status_code == 302
    )
    User.objects.filter(pk=kim.pk).update(is_active=False)
    assert "Name a keeper" in post(client, "case-level", case, **raised).text
    User.objects.filter(pk=kim.pk).update(is_active=True)
    assert post(client, "case-level", case, **raised).status_code == 302
    member = case.members.get(user=kim)
    with pytest.raises(CaseRefused, match="another keeper first"):
        remove_member(case=case, member=member, actor=carla, reason="x", at=NOON)


# --- People --------------------------------------------------------------------------
def test_the_lead_builds_a_wall_once_a_keeper_is_named(as_user, carla, kim, ana):
    case = make_case(lead=carla, members=(ana,), level=CaseLevel.RESTRICTED)
    client = as_user(carla)
    refused = post(client, "case-level", case, level="walled", reason="Two sides")
    assert "Name a keeper" in refused.text
    named = {"user": kim.pk, "role": "keeper", "reason": "Keeps it with me"}
    assert post(client, "case-people", case, **named).status_code == 302
    done = post(client, "case-level", case, level="walled", reason="Two sides")
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.level == CaseLevel.WALLED


def test_the_last_keeper_cannot_go(as_user, wall, carla, kim):
    keeper = CaseMember.objects.get(case=wall, user=kim)
    client = as_user(carla)
    post(client, "case-end-access", wall, key_of(keeper), reason="Leaves")
    keeper.refresh_from_db()
    assert keeper.ended_at is None


def test_naming_people_asks_who_is_there_once_more(as_user, wall, carla, olga):
    stale = as_user(carla, stale=True)
    data = {"user": olga.pk, "role": "member", "reason": "Asylum"}
    for name, fields in (
        ("case-people", data),
        ("case-level", {"level": "walled", "reason": "x"}),
        ("case-bar", {"barred": olga.pk, "why": "x"}),
        ("case-lower", {"lower-level": "restricted", "lower-reason": "x"}),
        ("case-lower-answer", {"answer": "confirm"}),
    ):
        answer = post(stale, name, wall, **fields)
        assert answer.status_code == 302
        assert reverse("account_reauthenticate") in answer["Location"]
    assert not wall.members.filter(user=olga).exists()
    assert not wall.bars.exists()
    assert not wall.lowerings.exists()


def test_a_keeper_does_the_leads_work_only_when_every_lead_has_left(
    as_user, wall, carla, kim, olga
):
    data = {"user": olga.pk, "role": "lead", "reason": "Takes over"}
    assert post(as_user(kim), "case-people", wall, **data).status_code == 403
    carla.is_active = False
    carla.save(update_fields=["is_active"])
    assert post(as_user(kim), "case-people", wall, **data).status_code == 302
    assert wall.members.current().filter(user=olga, role=MemberRole.LEAD).exists()


def test_no_wall_is_lost_when_lead_and_keeper_have_left(
    as_user, wall, carla, kim, ana, olga
):
    data = {"user": olga.pk, "role": "lead", "reason": "Takes over"}
    for gone in (carla, kim):
        assert post(as_user(ana), "case-people", wall, **data).status_code == 403
        gone.is_active = False
        gone.save(update_fields=["is_active"])
    assert post(as_user(ana), "case-people", wall, **data).status_code == 302


# --- Barred people -------------------------------------------------------------------
def test_a_barred_person_cannot_be_named_until_the_bar_ends(as_user, wall, carla, olga):
    client = as_user(carla)
    assert (
        "Nobody is barred" in client.get(reverse("case-people", args=[wall.code])).text
    )
    barred = post(client, "case-bar", wall, barred=olga.pk, why="Other side")
    assert barred.status_code == 302
    bar = CaseBar.objects.get(case=wall, user=olga)
    named = {"user": olga.pk, "role": "member", "reason": "Asylum"}
    assert post(client, "case-people", wall, **named).status_code == 422
    ended = post(client, "case-end-bar", wall, key_of(bar), reason="It is over")
    assert ended.status_code == 302
    assert post(client, "case-people", wall, **named).status_code == 302
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"case.barred", "case.bar_ended"} <= actions


def test_who_is_barred_is_told_nothing(as_user, wall, carla, olga):
    before = as_user(olga).get(reverse("today")).text
    post(as_user(carla), "case-bar", wall, barred=olga.pk, why="Other side")
    assert CaseBar.objects.filter(case=wall, user=olga).exists()
    seen = as_user(olga)
    address = reverse("case", args=[wall.code])
    assert seen.get(address).status_code == 404
    assert wall.code not in seen.get(reverse("today")).text + before
    assert wall.code not in seen.get(reverse("audit-log")).text


def test_a_member_or_a_file_of_all_is_not_barred(as_user, wall, carla, ana, olga):
    client = as_user(carla)
    assert post(client, "case-bar", wall, barred=ana.pk, why="x").status_code == 422
    shared = make_case(lead=carla)
    refused = post(client, "case-bar", shared, barred=olga.pk, why="x")
    assert "Let fewer people see it" in refused.text
    assert not CaseBar.objects.exists()


def test_only_the_lead_bars(as_user, wall, ana, olga):
    assert (
        post(as_user(ana), "case-bar", wall, barred=olga.pk, why="x").status_code == 403
    )


# --- Lowering ------------------------------------------------------------------------
def ask(client, case, level="restricted"):
    fields = {"lower-level": level, "lower-reason": "The conflict is over"}
    return post(client, "case-lower", case, **fields)


def test_a_level_is_lowered_by_two_people(as_user, wall, carla, kim, ana):
    assert ask(as_user(carla), wall).status_code == 302
    wall.refresh_from_db()
    assert wall.level == CaseLevel.WALLED
    told = CaseAlert.objects.get(user=kim)
    assert told.kind == "lowering_asked"
    page = as_user(kim).get(reverse("case-level", args=[wall.code])).text
    assert "The conflict is over" in page
    done = post(as_user(ana), "case-lower-answer", wall, answer="confirm")
    assert done.status_code == 302
    wall.refresh_from_db()
    assert wall.level == CaseLevel.RESTRICTED
    asked = AuditEntry.objects.get(action="case.lowering_asked")
    confirmed = AuditEntry.objects.get(action="case.level_lowered")
    assert asked.actor_id_text == str(carla.pk)
    assert confirmed.actor_id_text == str(ana.pk)


def test_who_asked_does_not_confirm_but_may_take_it_back(as_user, wall, carla):
    client = as_user(carla)
    ask(client, wall)
    answered = client.post(
        reverse("case-lower-answer", args=[wall.code]),
        {"answer": "confirm"},
        follow=True,
    )
    assert "a second person named on the file must confirm" in answered.text
    wall.refresh_from_db()
    assert wall.level == CaseLevel.WALLED
    post(client, "case-lower-answer", wall, answer="refuse")
    assert wall.lowerings.get().state == LoweringState.REFUSED


def test_only_a_lawyer_who_leads_asks(as_user, wall, ana, kim, olga):
    analyst_leads = make_case(lead=ana, members=(kim,), level=CaseLevel.RESTRICTED)
    assert ask(as_user(ana), analyst_leads, "organisation").status_code == 403
    assert ask(as_user(kim), wall).status_code == 403
    assert ask(as_user(olga), wall).status_code == 404
    assert not Lowering.objects.exists()


def test_a_level_does_not_drop_over_a_bar_nor_over_another_open_file(
    as_user, wall, carla, kim, olga
):
    client = as_user(carla)
    post(client, "case-bar", wall, barred=olga.pk, why="Other side")
    assert "End the bar first" in ask(client, wall, "organisation").text
    wall.bars.update(ended_at=NOON)
    notice = wall.links.get().notice
    other = make_case(lead=ana_like(), notice=notice)
    ask(client, wall, "organisation")
    answered = as_user(kim).post(
        reverse("case-lower-answer", args=[wall.code]),
        {"answer": "confirm"},
        follow=True,
    )
    assert other.code in answered.text
    wall.refresh_from_db()
    assert wall.level == CaseLevel.WALLED
    assert wall.lowerings.get().state == LoweringState.ASKED


def ana_like():
    return make_user("Ada Smith", Role.ANALYST)


def test_a_wish_lapses_when_the_level_rises(as_user, carla, kim):
    case = make_case(lead=carla, members=(kim,), level=CaseLevel.RESTRICTED)
    case.members.filter(user=kim).update(role=MemberRole.KEEPER)
    client = as_user(carla)
    ask(client, case, "organisation")
    post(client, "case-level", case, level="walled", reason="Two sides")
    assert case.lowerings.get().state == LoweringState.REFUSED


# --- Closed files --------------------------------------------------------------------
def test_a_closed_file_is_read_and_nobody_writes_in_it(as_user, wall, carla, ana):
    client = as_user(carla)
    assert post(client, "case-state", wall, reason="").status_code == 422
    assert post(client, "case-state", wall, reason="Deleted").status_code == 302
    wall.refresh_from_db()
    assert wall.state == CaseState.CLOSED
    assert wall.closed_at
    member = as_user(ana)
    page = member.get(reverse("case-chronology", args=[wall.code])).text
    assert "This file is closed" in page
    note = post(member, "case-chronology", wall, kind="note", text="Late")
    assert note.status_code == 422
    assert not wall.notes.exists()
    assert post(client, "case-state", wall, reason="News").status_code == 302
    assert (
        post(member, "case-chronology", wall, kind="note", text="x").status_code == 302
    )
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"case.closed", "case.reopened"} <= actions


def test_only_the_lead_closes(as_user, wall, ana, olga):
    assert post(as_user(ana), "case-state", wall, reason="x").status_code == 403
    assert post(as_user(olga), "case-state", wall, reason="x").status_code == 404


def test_a_file_is_not_opened_again_beside_another_open_one(as_user, carla):
    old = make_case(lead=carla, state=CaseState.CLOSED, closed_at=NOON)
    new = make_case(lead=carla, notice=old.links.get().notice)
    refused = post(as_user(carla), "case-state", old, reason="News")
    assert refused.status_code == 422
    assert new.code in refused.text

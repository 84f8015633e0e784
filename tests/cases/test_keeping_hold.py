"""Legal hold: who places it, who lifts it, and that nothing goes while it stands."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, RestrictedError

from accounts.audit.actions import Action
from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel
from cases.models import CaseFile, LegalHold
from tests.factories import NOON, make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(carla, ana) -> CaseFile:
    return make_case(
        lead=carla, members=(ana,), code="HERON-1", level=CaseLevel.RESTRICTED
    )


def place(client, case, reason="Proceedings in Strasbourg"):
    return client.post(
        f"/cases/{case.code}/keeping/hold/", {"reason": reason}, follow=True
    )


def lift(client, case):
    return client.post(
        f"/cases/{case.code}/keeping/lift/", {"reason": "Decided"}, follow=True
    )


def test_a_lawyer_named_on_the_file_holds_it(case, carla, as_user):
    answer = place(as_user(carla), case)
    page = answer.content.decode()
    assert "This file is held" in page
    assert "Proceedings in Strasbourg" in page
    hold = LegalHold.objects.get()
    assert (hold.case, hold.placed_by) == (case, carla)
    entry = AuditEntry.objects.get(action=Action.HOLD_PLACED.value)
    assert entry.object_id == str(case.pk)


def test_others_do_not(case, ana, olga, emil, as_user):
    lawyer = make_user("Lea Novak", Role.LAWYER)  # named nowhere
    assert place(as_user(ana), case).status_code == 403
    for outsider in (olga, emil, lawyer):
        assert place(as_user(outsider), case).status_code == 404
    CaseFile.objects.filter(pk=case.pk).update(level=CaseLevel.ORGANISATION)
    assert place(as_user(lawyer), case).status_code == 403
    assert not LegalHold.objects.exists()


def test_a_hold_says_why_and_stands_once(case, carla, as_user):
    client = as_user(carla)
    assert "say why" in place(client, case, "").content.decode()
    place(client, case)
    assert "stands on this file already" in place(client, case).content.decode()
    assert LegalHold.objects.count() == 1


def test_only_another_lawyer_lifts_it(case, carla, ana, as_user):
    place(as_user(carla), case)
    assert "Another lawyer named" in lift(as_user(carla), case).content.decode()
    assert lift(as_user(ana), case).status_code == 403
    lea = make_user("Lea Novak", Role.LAWYER)
    case.members.create(user=lea, reason="Second", added_by=carla, added_at=NOON)
    page = lift(as_user(lea), case).content.decode()
    assert "No hold stands on this file" in page
    assert "Decided" in page
    hold = LegalHold.objects.get()
    assert (hold.lifted_by, hold.lifted_because) == (lea, "Decided")


def test_the_database_itself_keeps_a_held_file(case, carla):
    hold = LegalHold.objects.create(
        case=case, reason="Kept", placed_by=carla, placed_at=NOON
    )
    with pytest.raises((ProtectedError, RestrictedError)):
        case.delete()
    with (
        pytest.raises(IntegrityError, match="cases_legalhold"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM cases_casenotice WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_casemember WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_casefile WHERE id = %s", [case.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(IntegrityError, match="hold_lifted_by_another"),
        transaction.atomic(),
    ):
        LegalHold.objects.filter(pk=hold.pk).update(
            lifted_by=carla, lifted_at=NOON + timedelta(days=1), lifted_because="Mine"
        )
    assert CaseFile.objects.filter(pk=case.pk).exists()

"""A lost phone takes two administrators, neither of them the person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.administration.services import change_role, deactivate
from accounts.choices import Role
from accounts.models import AuditEntry, LostFactor, User
from tests.factories import PASSWORD, make_token, make_user
from tests.proofs import give_app

WHY = {"reason": "Called back on the number in the staff list"}


@pytest.fixture
def greta(db):
    return make_user("Greta Sommer", Role.ADMINISTRATOR)


@pytest.fixture
def lost(ana, own_broker):
    give_app(ana)
    return f"/administration/users/{ana.pk}/lost-factor/"


def has_app(user) -> bool:
    return user.authenticator_set.exists()


def test_two_administrators_let_ana_enrol_again(as_user, ana, emil, greta, lost):
    hers, token = as_user(ana), make_token(ana)
    asked = as_user(emil).post(lost, WHY, follow=True).content.decode()
    assert "Waiting for a second administrator" in asked
    assert has_app(ana)
    page = as_user(greta).get(lost).content.decode()
    assert "Called back on the number" in page
    as_user(greta).post(f"{lost}confirm/")
    assert not has_app(ana)
    assert hers.get("/account/settings/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    said = AuditEntry.objects.order_by("seq").values_list("action", flat=True)
    assert [one for one in said if "factor_" in one and one.startswith("user")] == [
        "user.factor_lost",
        "user.factor_taken",
    ]


def test_one_administrator_alone_takes_nothing(as_user, ana, emil, lost):
    client = as_user(emil)
    client.post(lost, WHY)
    page = client.get(lost).content.decode()
    assert "Confirm and remove" not in page
    answer = client.post(f"{lost}confirm/", follow=True)
    assert "Another administrator has to confirm" in answer.content.decode()
    assert has_app(ana)


def test_nobody_asks_or_confirms_for_themselves(as_user, emil, greta, own_broker):
    mine = f"/administration/users/{emil.pk}/lost-factor/"
    client = as_user(emil, factor=True)
    client.post(mine, WHY)
    assert not LostFactor.objects.exists()
    as_user(greta).post(mine, WHY)
    client = as_user(emil)
    client.post(f"{mine}confirm/")
    assert has_app(emil)


def test_it_lapses_after_a_day_and_can_be_asked_again(
    as_user, ana, emil, greta, lost, time_machine
):
    as_user(emil).post(lost, WHY)
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=24, minutes=1))
    answer = as_user(greta).post(f"{lost}confirm/", follow=True)
    assert "in the last 24 hours" in answer.content.decode()
    assert has_app(ana)
    as_user(greta).post(lost, WHY)
    as_user(emil).post(f"{lost}confirm/")
    assert not has_app(ana)


def test_a_confirmation_counts_once(as_user, ana, emil, greta, lost):
    as_user(emil).post(lost, WHY)
    as_user(greta).post(f"{lost}confirm/")
    give_app(ana)
    as_user(greta).post(f"{lost}confirm/")
    assert has_app(ana)


def test_without_a_reason_nothing_is_asked(as_user, emil, lost):
    answer = as_user(emil).post(lost, {"reason": ""})
    assert answer.status_code == 400
    assert not LostFactor.objects.exists()


def test_it_asks_who_is_there_first(as_user, emil, lost):
    assert as_user(emil, stale=True).post(lost, WHY)["Location"].startswith("/account/")
    assert not LostFactor.objects.exists()


def test_others_see_no_such_page(as_user, ben, lost):
    assert as_user(ben).get(lost).status_code == 403
    assert as_user(ben).post(f"{lost}confirm/").status_code == 403


def test_the_database_refuses_one_person_in_both_parts(ana, emil, greta):
    now = timezone.now()
    values = {
        "user": ana,
        "asked_by": emil,
        "asked_at": now,
        "expires_at": now + timedelta(hours=24),
        "reason": "x",
    }
    for bad in (
        {"confirmed_by": emil, "confirmed_at": now},
        {"asked_by": ana},
        {"confirmed_by": ana, "confirmed_at": now},
        {"confirmed_by": greta, "confirmed_at": now + timedelta(hours=25)},
        {"confirmed_by": greta},
    ):
        with pytest.raises(IntegrityError, match="lost_factor"), transaction.atomic():
            LostFactor.objects.create(**{**values, **bad})


def test_after_it_ana_signs_in_with_her_password_and_must_enrol(
    client, ana, emil, greta, as_user, lost, settings
):
    as_user(emil).post(lost, WHY)
    as_user(greta).post(f"{lost}confirm/")
    settings.REQUIRE_SECOND_FACTOR = True
    client.post("/account/login/", {"login": ana.email, "password": PASSWORD})
    assert client.get("/")["Location"] == "/account/second-factors/"


def test_what_an_administrator_asked_who_was_thrown_out_since_is_void(
    as_user, ana, emil, greta, lost
):
    as_user(greta).post(lost, WHY)
    deactivate(user_id=greta.pk, actor=emil, at=timezone.now())
    assert not LostFactor.objects.exists()
    answer = as_user(emil).post(f"{lost}confirm/", follow=True)
    assert "Nobody asked for this" in answer.content.decode()
    assert has_app(ana)


def test_whoever_asked_must_be_an_administrator_when_it_is_confirmed(
    as_user, ana, emil, greta, lost
):
    as_user(greta).post(lost, WHY)
    User.objects.filter(pk=greta.pk).update(role=Role.ANALYST)
    as_user(emil).post(f"{lost}confirm/")
    assert has_app(ana)


def test_another_role_voids_it_too_and_it_can_be_asked_anew(
    as_user, ana, emil, greta, lost
):
    as_user(greta).post(lost, WHY)
    now = timezone.now()
    change_role(user_id=greta.pk, actor=emil, role=Role.ANALYST, at=now)
    as_user(emil).post(lost, WHY)
    assert LostFactor.objects.get().asked_by == emil

"""One administrator with two accounts is not two administrators.

Emil is one; Greta is another. Mallory is an account that Emil made for himself.
"""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.administration import second
from accounts.administration.services import (
    NeedsSecond,
    Refused,
    add_user,
    change_role,
)
from accounts.choices import Role
from accounts.models import AdministratorRequest, AuditEntry, User
from accounts.vouching import GROWN, why_not_two
from cases.choices import CaseLevel, GlassState
from cases.files.access import CaseRefused
from cases.glass.services import ask_for_glass, consent_to_glass
from tests.cases.races import at_once
from tests.factories import make_case, make_user
from tests.proofs import give_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def greta(db):
    return make_user("Greta Sommer", Role.ADMINISTRATOR)


def add(client, role=Role.ADMINISTRATOR):
    data = {"email": "mallory@example.org", "name": "Mallory Two", "role": role}
    return client.post(reverse("user-new"), data, follow=True)


def mallory() -> User:
    return User.objects.get(email="mallory@example.org")


def answer(client, user, word):
    address = reverse("user-administrator", args=[user.pk])
    return client.post(address, {"answer": word}, follow=True).text


def test_a_new_administrator_is_closed_until_a_second_one_confirms(
    emil, greta, ana, as_user
):
    his, hers = as_user(emil), as_user(greta)
    assert "Another administrator confirms" in add(his).text
    made = mallory()
    assert not made.is_active
    assert mail.outbox == []
    assert "Another administrator has to confirm" in answer(his, made, "confirm")
    assert not mallory().is_active
    assert "Mallory Two" in hers.get(reverse("administration")).text
    assert "Mallory Two" in hers.get(reverse("today")).text
    assert "Mallory Two" not in his.get(reverse("today")).text
    address = reverse("user-administrator", args=[made.pk])
    assert as_user(ana).post(address, {"answer": "confirm"}).status_code == 403
    assert "is administrator now" in answer(hers, made, "confirm")
    assert mallory().is_active
    assert [one.to for one in mail.outbox] == [["mallory@example.org"]]
    entry = AuditEntry.objects.get(action="user.administrator_confirmed")
    assert entry.actor_id_text == str(greta.pk)


def test_a_colleague_becomes_one_only_by_two_and_stays_what_they_are_till_then(
    emil, greta, ana, as_user
):
    data = {"role-role": Role.ADMINISTRATOR, "role-reason": "Takes over"}
    his = as_user(emil)
    his.post(reverse("user-role", args=[ana.pk]), data)
    ana.refresh_from_db()
    assert ana.role == Role.ANALYST
    assert "Nothing was changed" in answer(as_user(greta), ana, "refuse")
    assert "Nobody asks for this" in answer(as_user(greta), ana, "confirm")
    ana.refresh_from_db()
    assert ana.role == Role.ANALYST
    with pytest.raises(NeedsSecond):
        change_role(
            user_id=ana.pk, actor=emil, role=Role.ADMINISTRATOR, at=timezone.now()
        )


def test_a_request_lapses_and_ends_with_the_rights_of_its_asker(emil, greta, ana):
    now = timezone.now()
    second.ask(user_id=ana.pk, actor=emil, reason="x", at=now)
    with pytest.raises(Refused, match="asked already"):
        second.ask(user_id=ana.pk, actor=greta, reason="x", at=now)
    late = now + second.GOOD_FOR
    with pytest.raises(Refused, match="Nobody asks"):
        second.confirm(user_id=ana.pk, actor=greta, at=late)
    second.ask(user_id=ana.pk, actor=emil, reason="x", at=late)
    change_role(user_id=emil.pk, actor=greta, role=Role.ANALYST, at=late)
    with pytest.raises(Refused, match="Nobody asks"):
        second.confirm(user_id=ana.pk, actor=greta, at=late)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdministratorRequest.objects.create(
            user=ana, asked_by=ana, asked_at=now, expires_at=late
        )


def test_a_second_account_of_the_only_administrator_never_consents(
    emil, carla, as_user
):
    """The glass, a lost factor and a third administrator take two people."""
    add(as_user(emil))
    made = mallory()
    assert made.is_active
    wall = make_case(lead=carla, level=CaseLevel.WALLED)
    give_app(carla)
    with time_machine.travel(timezone.now() + 30 * GROWN, tick=False):
        now = timezone.now()
        for asker, other in ((emil, made), (made, emil)):
            glass = ask_for_glass(
                code=wall.code, reason="x", hours=4, actor=asker, at=now
            )
            with pytest.raises(CaseRefused, match="do not count as two people"):
                consent_to_glass(glass=glass, actor=other, at=now)
            glass.refresh_from_db()
            assert glass.state == GlassState.ASKED
        lost = reverse("lost-factor", args=[carla.pk])
        as_user(emil).post(lost, {"reason": "Called back"})
        said = as_user(made).post(f"{lost}confirm/", follow=True).text
        assert "do not count as two people" in said
        assert carla.authenticator_set.exists()
        nell = make_user("Nell New", Role.ANALYST)
        second.ask(user_id=nell.pk, actor=emil, reason="x", at=now)
        with pytest.raises(Refused, match="do not count as two people"):
            second.confirm(user_id=nell.pk, actor=made, at=now)


def test_nor_by_any_chain_of_accounts_that_one_person_made(emil, carla, as_user):
    """Emil makes Mallory; as Mallory he makes what he can of both."""
    add(as_user(emil))
    made = mallory()
    own = {"name": made.name, "email": "another@example.org"}
    said = as_user(made).post(reverse("user-change", args=[made.pk]), own)
    assert "Nobody changes their own address" in said.text
    later = timezone.now() + 2 * GROWN
    third = make_user("Thea Third", Role.ADMINISTRATOR, vouched_by=made)
    fourth = make_user("Flo Fourth", Role.ADMINISTRATOR, vouched_by=emil)
    User.objects.filter(pk=emil.pk).update(vouched_by=fourth)
    emil.refresh_from_db()
    for one in (emil, made, third, fourth):
        for other in (emil, made, third, fourth):
            assert why_not_two(one, other, at=later), (one, other)
    stranger = make_user("Greta Sommer", Role.ADMINISTRATOR)
    assert why_not_two(emil, stranger, at=later) == ""


@pytest.mark.django_db(transaction=True)
def test_two_administrators_made_at_once_by_the_only_one_are_not_both_open(emil):
    def make(number):
        return add_user(
            actor=emil, email=f"new{number}@example.org", name="New", at=timezone.now(),
            role=Role.ADMINISTRATOR,
        )  # fmt: skip

    at_once(lambda: make(1), lambda: make(2), refusals=(Refused,))
    made = User.objects.filter(email__startswith="new")
    assert made.count() == 2
    assert made.filter(is_active=True).count() == 1


def test_a_lead_of_a_wall_becomes_administrator_only_after_a_handover(
    emil, greta, carla
):
    now = timezone.now()
    make_case(lead=carla, level=CaseLevel.WALLED)
    with pytest.raises(Refused, match="needs two people"):
        second.ask(user_id=carla.pk, actor=emil, reason="x", at=now)
    AdministratorRequest.objects.create(
        user=carla, asked_by=emil, asked_at=now, expires_at=now + GROWN
    )
    with pytest.raises(Refused, match="needs two people"):
        second.confirm(user_id=carla.pk, actor=greta, at=now)
    carla.refresh_from_db()
    assert carla.role == Role.LAWYER


def test_neither_does_an_account_whose_address_the_asker_changed(
    emil, greta, carla, as_user
):
    data = {"name": greta.name, "email": "emils-own@example.org"}
    as_user(emil).post(reverse("user-change", args=[greta.pk]), data)
    wall = make_case(lead=carla, level=CaseLevel.WALLED)
    later = timezone.now() + 2 * GROWN
    glass = ask_for_glass(code=wall.code, reason="x", hours=4, actor=emil, at=later)
    greta.refresh_from_db()
    with pytest.raises(CaseRefused, match="do not count as two people"):
        consent_to_glass(glass=glass, actor=greta, at=later)
    # For a code that no file has the words are the same.
    glass = ask_for_glass(code="NOBIRD-1", reason="x", hours=4, actor=emil, at=later)
    with pytest.raises(CaseRefused, match="do not count as two people"):
        consent_to_glass(glass=glass, actor=greta, at=later)


def test_a_new_administrator_consents_after_a_week_or_when_the_operator_vouches(
    emil, greta, ana, carla
):
    now = timezone.now()
    second.ask(user_id=ana.pk, actor=emil, reason="x", at=now)
    made = second.confirm(user_id=ana.pk, actor=greta, at=now)
    wall = make_case(lead=carla, level=CaseLevel.WALLED)

    def consent(at):
        glass = ask_for_glass(code=wall.code, reason="x", hours=1, actor=emil, at=at)
        return consent_to_glass(glass=glass, actor=User.objects.get(pk=made.pk), at=at)

    with pytest.raises(CaseRefused, match="less than 7 days"):
        consent(now + GROWN - timedelta(seconds=1))
    assert consent(now + GROWN).state == GlassState.OPEN
    User.objects.filter(pk=made.pk).update(vouched_by=emil, vouched_at=now)
    with pytest.raises(CaseRefused, match="do not count"):
        consent(now + GROWN)
    call_command("add_administrator", made.email, name=made.name)
    assert consent(now).state == GlassState.OPEN
    vouched = AuditEntry.objects.get(action="user.administrator_vouched")
    assert vouched.actor_id_text == ""


def test_an_administrator_who_left_comes_back_only_by_two(emil, greta, as_user):
    third = make_user("Thea Third", Role.ADMINISTRATOR, is_active=False)
    as_user(emil).post(reverse("user-reactivate", args=[third.pk]))
    third.refresh_from_db()
    assert not third.is_active
    answer(as_user(greta), third, "confirm")
    third.refresh_from_db()
    assert third.is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmations_at_once_one_counts(emil, greta, ana):
    third = make_user("Thea Third", Role.ADMINISTRATOR)
    now = timezone.now()
    second.ask(user_id=ana.pk, actor=emil, reason="x", at=now)
    done = at_once(
        lambda: second.confirm(user_id=ana.pk, actor=greta, at=now),
        lambda: second.confirm(user_id=ana.pk, actor=third, at=now),
        refusals=(Refused,),
    )
    assert sum(isinstance(one, Refused) for one in done) == 1
    confirmed = AuditEntry.objects.filter(action="user.administrator_confirmed")
    assert confirmed.count() == 1

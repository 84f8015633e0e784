"""Accounts that a restored backup brought back wait for an administrator."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from tests.factories import NOON, PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(ana, emil, carla):
    """What a restore leaves: everybody closed, nobody exports."""
    User.objects.update(is_active=False, may_export=False, held_at=NOON)


def sign_in(user):
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client.get(reverse("today")).status_code == 200


def test_nobody_signs_in_until_the_operator_opens_an_administrator(
    held, ana, emil, carla, as_user
):
    assert not any(sign_in(user) for user in (ana, emil, carla))
    call_command("add_administrator", emil.email, name=emil.name)
    assert sign_in(emil)
    client = as_user(User.objects.get(pk=emil.pk))
    page = client.get(reverse("administration")).text
    assert page.count("closed since a restore") == 2
    one = client.get(reverse("user", args=[ana.pk])).text
    assert "look at the role first" in one
    client.post(reverse("user-reactivate", args=[ana.pk]))
    ana.refresh_from_db()
    assert (ana.is_active, ana.held_at, ana.may_export) == (True, None, False)
    assert sign_in(ana)
    assert not sign_in(carla)


def test_a_second_administrator_is_opened_at_the_terminal_and_counts_as_another(
    held, emil
):
    greta = make_user("Greta Sommer", Role.ADMINISTRATOR)
    User.objects.filter(pk=greta.pk).update(is_active=False, held_at=NOON)
    for user in (emil, greta):
        call_command("add_administrator", user.email, name=user.name)
    for user in (emil, greta):
        user.refresh_from_db()
        assert (user.is_active, user.vouched_by) == (True, None)


def test_an_account_that_waits_is_never_open(ana):
    ana.held_at = NOON
    with (
        pytest.raises(IntegrityError, match="user_held_is_closed"),
        transaction.atomic(),
    ):
        ana.save()

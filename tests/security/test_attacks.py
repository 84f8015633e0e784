"""Attacks of `design/security.md` that no other test plays through."""

import random

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry, BrowserSession, User
from tests.cases.races import at_once
from tests.factories import PASSWORD, make_user
from tests.proofs import code_of, give_app, wrong_code
from tests.security.asking import without_asked
from tests.security.scene import make_scene

THIEVES, TRIES = 20, 5


def _somewhere() -> str:
    return ".".join(str(random.randint(1, 254)) for _ in "1234")  # noqa: S311


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_guesses_of_a_code_at_once_ten_are_looked_at(own_broker):
    """Somebody knows the password and guesses from twenty places at the same moment."""
    ana = make_user("Ana Lindqvist", Role.ANALYST)
    give_app(ana)
    wrong = wrong_code(ana)

    def guess() -> list[str]:
        thief = Client(REMOTE_ADDR=_somewhere())
        thief.post("/account/login/", {"login": ana.email, "password": PASSWORD})
        return [
            thief.post("/account/second-step/", {"code": wrong}).content.decode()
            for _ in range(TRIES)
        ]

    answers = [
        text for told in at_once(*[guess] * THIEVES, refusals=()) for text in told
    ]
    assert len(answers) == THIEVES * TRIES
    looked_at = [text for text in answers if "This code does not fit" in text]
    assert 0 < len(looked_at) <= 10
    assert not BrowserSession.objects.filter(user=ana).exists()
    thief = Client(REMOTE_ADDR=_somewhere())
    thief.post("/account/login/", {"login": ana.email, "password": PASSWORD})
    thief.post("/account/second-step/", {"code": code_of(ana)})
    assert not BrowserSession.objects.filter(user=ana).exists()
    assert AuditEntry.objects.filter(action="account.factor_failed").exists()
    assert User.objects.get(pk=ana.pk).is_active


@pytest.mark.django_db
def test_a_bulk_act_on_hidden_notices_reads_as_on_none(as_user):
    scene = make_scene(make_user("Olga Brandt", Role.ANALYST))
    client = as_user(scene.world.reader)
    mine = scene.world.mine.kwargs["notice"]["key"]
    told = set()
    for key in (*[one.kwargs["notice"]["key"] for one in scene.keepers], "bcdfghjkmn"):
        data = {"kind": "dismiss", "pick": [mine, key]}
        answer = client.post(reverse("bulk-new"), data, follow=True)
        assert answer.status_code == 200
        assert not scene.found_in(answer.text.replace(mine, ""))
        address = answer.request["PATH_INFO"]
        told.add(without_asked(answer.text.replace(key, ""), address))
    assert len(told) == 1

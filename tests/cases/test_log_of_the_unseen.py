"""The log about emergency access, what was erased, and settings of keeping."""

import re

import pytest

from accounts.audit.actions import Action
from accounts.audit.record import record
from cases.choices import CaseLevel, RetentionKind
from cases.glass.services import ask_for_glass
from cases.keeping.rules import set_rule
from cases.models import Tombstone
from tests.factories import NOON, make_case

pytestmark = pytest.mark.django_db
PAGE = "/administration/audit/"
SEALED = "An entry about something that you may not see"


@pytest.fixture
def read(as_user):
    def page(user, **query):
        body = as_user(user).get(PAGE, query).content.decode()
        table = body.partition("<table")[2]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table))

    return page


def ask(actor, code):
    return ask_for_glass(
        actor=actor, code=code, reason="An emergency", hours=4, at=NOON
    )


def test_a_request_for_a_file_reads_like_one_for_a_file_that_is_not(
    read, emil, carla, ana, fay
):
    make_case(lead=carla, level=CaseLevel.RESTRICTED, code="SECRETBIRD-9")
    for code in ("SECRETBIRD-9", "NOTHERE-9"):
        ask(emil, code)
    for query in ({}, {"action": "glass."}, {"person": emil.pk}):
        seen = read(emil, **query)
        assert seen.count("SECRETBIRD-9") == seen.count("NOTHERE-9") > 0, query
    for code in ("SECRETBIRD-9", "NOTHERE-9"):
        assert read(emil, object=code).count("An emergency") == 1
    assert "SECRETBIRD" in read(carla)
    assert "NOTHERE" not in read(carla)
    for person in (ana, fay):
        seen = read(person)
        assert "BIRD-9" not in seen
        assert "NOTHERE" not in seen
    # Three acts with a glass, and that the others read of them.
    assert read(fay).count(SEALED) > 3


def test_those_who_could_see_what_is_gone_read_of_its_stone(read, carla, ana, emil):
    stone = Tombstone.objects.create(
        kind="file", object_id=98765, code="GONEBIRD-9", reason="x", rule="asked",
        erased_at=NOON,
    )  # fmt: skip
    stone.readers.add(carla)
    record(action=Action.ERASED, actor=None, target=stone, reason="The client asked")
    assert "GONEBIRD-9" in read(carla)
    for person in (ana, emil):
        assert "GONEBIRD-9" not in read(person)


def test_how_long_things_are_kept_is_a_setting(read, emil, fay, ana):
    set_rule(
        kind=RetentionKind.DIGEST, months=24, actor=emil, at=NOON, reason="A new law"
    )
    for person in (emil, fay):
        assert "A new law" in read(person)
    assert "A new law" not in read(ana)

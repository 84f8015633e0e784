"""Who read protected facts about a person stands in the log before they are shown."""

import pytest

from accounts.models import AuditEntry
from notices.choices import FactKind, Level
from notices.screening.facts import record_fact
from tests.factories import NOON, make_case, make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana, carla):
    notice = make_notice()
    make_case(lead=carla, members=(ana,), notice=notice)
    record_fact(
        person=notice.person,
        actor=carla,
        at=NOON,
        kind=FactKind.LOCATION,
        value="whereabouts",
        level=Level.DOCUMENTED,
        source="The person",
        detail="canary-place",
    )
    return notice.person


def readings():
    return list(
        AuditEntry.objects.filter(action="fact.read").values_list(
            "actor_id_text", "object_id"
        )
    )


@pytest.mark.parametrize("address", ["/people/{}/", "/api/people/{}/"])
def test_a_reading_is_recorded(person, ana, as_user, address):
    answer = as_user(ana).get(address.format(person.key))
    assert "canary-place" in answer.content.decode()
    assert readings() == [(str(ana.pk), str(person.facts.get().pk))]


def test_the_entry_is_for_those_who_see_the_fact(person, ana, carla, olga, as_user):
    as_user(ana).get(f"/people/{person.key}/")
    [entry] = AuditEntry.objects.filter(action="fact.read")
    assert AuditEntry.objects.visible_to(carla).filter(pk=entry.pk).exists()
    assert not AuditEntry.objects.visible_to(olga).filter(pk=entry.pk).exists()


def test_who_is_shown_none_leaves_no_entry(person, olga, as_user):
    answer = as_user(olga).get(f"/people/{person.key}/")
    assert "canary-place" not in answer.content.decode()
    assert readings() == []

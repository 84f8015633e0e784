"""What was refused is in the log, once a minute; and each entry says how it came."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import AuditEntry
from tests.factories import make_case

pytestmark = pytest.mark.django_db
REFUSED = AuditEntry.objects.filter(action="access.refused")
USERS = "/administration/users/new/"


def test_a_refusal_of_somebody_signed_in_is_recorded(ana, as_user):
    assert as_user(ana).get(USERS).status_code == 403
    entry = REFUSED.get()
    assert entry.actor_id_text == str(ana.pk)
    words = json.loads(entry.words)
    assert words["after"] == {"page": "user-new", "method": "GET"}


def test_a_flood_of_them_is_one_entry_a_minute_a_page_and_a_person(ana, ben, as_user):
    client = as_user(ana)
    for _ in range(20):
        client.get(USERS)
        client.post(USERS)
    assert REFUSED.count() == 1
    client.get("/administration/")
    as_user(ben).get(USERS)
    assert REFUSED.count() == 3
    later = AuditEntry.objects.latest("seq").at + timedelta(seconds=61)
    with time_machine.travel(later, tick=False):
        as_user(ana).get(USERS)
    assert REFUSED.count() == 4


def test_programs_are_recorded_too(emil, as_user):
    assert as_user(emil).get("/api/notices/").status_code == 403
    assert json.loads(REFUSED.get().facts)["via"] == "api"


def test_what_does_not_exist_for_somebody_is_no_refusal(ana, carla, client, as_user):
    case = make_case(lead=carla, level="walled", code="SECRETBIRD-9")
    assert as_user(ana).get(f"/cases/{case.code}/").status_code == 404
    assert client.get(USERS).status_code == 302
    assert not REFUSED.exists()


def test_an_entry_says_by_which_door_and_session_it_came(ana, emil, as_user):
    first, second = as_user(emil), as_user(emil)
    for client in (first, first, second):
        client.post("/administration/audit/verify/")
    facts = [
        json.loads(text)
        for text in AuditEntry.objects.filter(action="audit.verified")
        .order_by("seq")
        .values_list("facts", flat=True)
    ]
    assert [one["via"] for one in facts] == ["page"] * 3
    assert [one["kind"] for one in facts] == ["person"] * 3
    one, other, third = (fact["session"] for fact in facts)
    assert one == other != third
    assert len({fact["request"] for fact in facts}) == 3
    keys = {client.session.session_key for client in (first, second)}
    assert not any(key in text for key in keys for text in map(json.dumps, facts))


def test_without_a_request_it_is_a_command_or_the_app(tmp_path):
    call_command("export_audit", "--out", tmp_path / "log.jsonl")
    facts = json.loads(AuditEntry.objects.get(action="audit.taken").facts)
    assert (facts["via"], facts["kind"], facts["session"]) == ("command", "app", "")


def test_a_stranger_who_fails_to_sign_in_is_told_from_the_app(client, ana):
    client.post("/account/login/", {"login": ana.email, "password": "wrong"})
    facts = json.loads(AuditEntry.objects.get(action="account.sign_in_failed").facts)
    assert (facts["kind"], facts["via"], facts["actor"]) == ("stranger", "page", "")
    record(action=Action.DIGEST_SENT, actor=None)
    facts = json.loads(AuditEntry.objects.latest("seq").facts)
    assert facts["kind"] == "app"

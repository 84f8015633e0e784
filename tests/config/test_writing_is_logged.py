"""Whoever writes leaves an entry: every form, sent by those who may send it.

The forms are those of `tests.config.world`, and the ones below where a route asks for
more. What the database was told counts, not what a view says of itself.
"""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry
from config.access import RULES, routes
from tests.config.world import make_world
from tests.factories import make_user
from tests.proofs import prove

pytestmark = pytest.mark.django_db

# What a browser keeps of itself, and the log.
NOT_COUNTED = {"accounts_browsersession", "accounts_auditentry"}
# Marks of one's own that say nothing about anybody else.
QUIET = {
    "account-theme": "colours",
    "alert-seen": "that one's own warning was read",
    "desk-alerts-seen": "that one's own lines were read",
    "comments-seen": "that one's own lines about a notice were read",
    "draft-save": "one's own words that were not sent",
    "draft-discard": "that they are not wanted any more",
}
FORMS = {
    "account-settings": {"name": "Rea Renamed", "time_zone": "UTC", "theme": "dark"},
    "account-theme": {"theme": "dark"},
    "case-text": {"summary": "Another summary", "seen_version": "0"},
    "case-erase": {"scope": "file", "reason": "The client asked"},
    "glass": {"code": "NOBIRD-1", "reason": "Try", "hours": "4"},
    "keeping-rule": {"months": "24", "reason": "Law"},
    "person-fact-add": {
        "what": "profession:journalist", "detail": "Writes", "source": "A paper",
        "level": "documented",
    },
    "who-sees": {"code": "KESTREL-7"},
    "token-new": {"name": "Reader", "scopes": ["notices:read"], "days": "30"},
    "user-new": {"name": "Nia New", "email": "nia@example.org", "role": "analyst"},
    "user-change": {"name": "Nia Other", "email": "other@example.org"},
    "user-export": {"allowed": "yes", "reason": "Works on it"},
    "user-role": {"role-role": "lawyer", "role-reason": "A new desk"},
    "user-deactivate": {"reason-reason": "Left"},
}  # fmt: skip
# At least these get past their forms here; the rest is tried by the tests of its room.
LOGGED = {
    "account-settings", "account_logout", "account_reauthenticate", "audit-csv",
    "audit-verify", "audit-whole", "case-chronology", "case-end-bar", "case-entry",
    "case-erase", "case-exports", "case-hold", "case-level", "case-people",
    "case-state", "case-text", "device-end", "devices-end", "digest-rhythm",
    "digest-switch", "factor-remove", "follow-end", "glass", "keeping-rule",
    "person-fact-add", "person-fact-withdraw", "recovery-codes",
    "run-undo", "token-new", "token-revoke", "user-change", "user-deactivate",
    "user-invite", "user-new", "user-role", "user-sign-out", "who-sees",
}  # fmt: skip


def test_no_form_changes_anything_without_an_entry(as_user):
    logged, silent = set(), {}
    for role in (Role.ANALYST, Role.LAWYER, Role.ADMINISTRATOR, Role.AUDITOR):
        with transaction.atomic():
            reader = make_user("Rea Der", role, may_export=True)
            world = make_world(reader)
            for route in routes():
                rule = RULES[route.name]
                address = _address(route, world.mine.kwargs)
                if "POST" not in rule.methods or role not in rule.roles or not address:
                    continue
                written, entries = _send(as_user, reader, route.name, address, world)
                logged |= {route.name} if entries else set()
                if written and not entries:
                    silent[route.name] = written
            transaction.set_rollback(True)
    assert {name: tables for name, tables in silent.items() if name not in QUIET} == {}
    assert QUIET.keys() == silent.keys()
    assert LOGGED - logged == set()


def _send(as_user, reader, name, address, world):
    """Return the tables that were written, and the entries that this left."""
    with transaction.atomic():
        client = as_user(reader)
        prove(client, reader, "mfa")
        before = AuditEntry.objects.count()
        with CaptureQueriesContext(connection) as sent:
            client.post(address, {**world.form, **FORMS.get(name, {})})
        entries = AuditEntry.objects.order_by("seq").values_list("action", flat=True)
        left = list(entries[before:])
        transaction.set_rollback(True)
    written = {
        found[1]
        for query in sent
        if (
            found := re.match(
                r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query["sql"]
            )
        )
    }
    return written - NOT_COUNTED, left


def _address(route, kwargs):
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.address)
    known = {**kwargs.get(RULES[route.name].of, {}), **kwargs.get(route.name, {})}
    if route.name.startswith("user"):
        known = {"pk": make_user("Nia Nobody", Role.ANALYST).pk}
    if route.name == "keeping-rule":
        known = {"kind": "digest"}
    if not set(names) <= set(known):
        return None
    return reverse(route.name, kwargs={name: known[name] for name in names})

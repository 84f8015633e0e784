"""Reading changes nothing, and no act happens without the token of a page of ours."""

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.choices import Role
from config.access import RULES
from tests.factories import make_user
from tests.proofs import prove
from tests.security.asking import ROUTES, address_of
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
# Readings and refusals are recorded; a session notes its use, and holds a challenge.
MAY_GROW = {"accounts_auditentry", "accounts_audithead", "accounts_browsersession"}
# A mail reader sends this without a cookie (RFC 8058).
WITHOUT_TOKEN = {"unsubscribe"}
_HASHES = 'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{}" t'


def _client(user, **options):
    client = Client(raise_request_exception=False, **options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    prove(client, user, "mfa")
    return client


def _rows():
    """Return a hash of every row of every table, by table."""
    every = {
        model._meta.db_table for model in apps.get_models(include_auto_created=True)
    }
    found = {}
    with connection.cursor() as cursor:
        for table in every & set(connection.introspection.table_names(cursor)):
            cursor.execute(_HASHES.format(table))
            found[table] = cursor.fetchone()
    return found


def _changed(before):
    after = _rows()
    return {table for table in before if before[table] != after[table]} - MAY_GROW


@pytest.mark.parametrize("role", [Role.LAWYER, Role.ADMINISTRATOR])
def test_get_changes_nothing(role):
    reader = make_user("Rea Der", role)
    scene = make_scene(reader)
    client = _client(reader)
    client.get("/")
    before = _rows()
    assert len(before) > 30
    faults = []
    for route in ROUTES:
        address = address_of(route, scene.world.mine.kwargs)
        if address is None:
            continue
        client.get(address)
        client.head(address)
        if changed := _changed(before):
            faults.append(f"GET {address}: {changed}")
            before = _rows()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", [None, Role.LAWYER, Role.ADMINISTRATOR])
def test_every_post_without_a_token_is_refused(role):
    reader = make_user("Rea Der", role or Role.ANALYST)
    scene = make_scene(reader)
    client = Client(enforce_csrf_checks=True)
    if role:
        client = _client(reader, enforce_csrf_checks=True)
    before, tried, faults = _rows(), 0, []
    for route in ROUTES:
        address = address_of(route, scene.world.mine.kwargs)
        if "POST" not in RULES[route.name].methods or address is None:
            continue
        if route.name in WITHOUT_TOKEN:
            continue
        tried += 1
        for extra in ({}, {"headers": {"origin": "https://evil.example"}}):
            answer = client.post(address, scene.world.form, **extra)
            if answer.status_code != 403:
                faults.append(f"POST {address}: {answer.status_code}")
    assert tried > 20
    assert not faults, "\n".join(faults)
    assert _changed(before) == set()


def test_only_the_way_out_of_digests_does_without_a_token():
    exempt = {
        route.name
        for route in ROUTES
        if getattr(route.pattern.callback, "csrf_exempt", False)
        and "POST" in RULES[route.name].methods
    }
    assert exempt == WITHOUT_TOKEN

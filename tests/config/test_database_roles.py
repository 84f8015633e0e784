"""The app's own role of the database: writes everything, and changes no log."""

# ruff: noqa: S608 - statements of a database writer, as constants

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.urls import reverse

from accounts.audit.actions import Action
from accounts.audit.check import check_log
from accounts.audit.erasing import erase_words
from accounts.audit.guards import weak_rights
from accounts.audit.record import record
from accounts.choices import Role
from accounts.models import AuditEntry
from config.access import RULES, routes
from config.attach import OWNERS_COMMANDS, act_as_owner_for
from config.database_roles import AppRole, RolesRefused, prepare
from tests.config.world import make_world
from tests.factories import NOON, make_user

pytestmark = pytest.mark.django_db
LOG, HEAD = "accounts_auditentry", "accounts_audithead"


@pytest.fixture
def app() -> AppRole:
    """A role that is gone again with the transaction of the test."""
    name = connection.settings_dict["NAME"]
    role = AppRole(f"app_of_{name}", "se-cret")
    assert prepare(role)
    return role


@pytest.fixture
def as_app(app):
    """From here on the connection may do what the app's role may, and no more."""

    def become() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{app.name}"')
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (app.name,)

    yield become
    with connection.cursor() as cursor:
        cursor.execute("RESET SESSION AUTHORIZATION")


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {LOG} SET words = NULL",
        f"DELETE FROM {LOG}",
        f"TRUNCATE {LOG}",
        f"ALTER TABLE {LOG} DISABLE TRIGGER USER",
        f"ALTER TABLE {LOG} DISABLE TRIGGER audit_append_only",
        f"DROP TRIGGER audit_append_only ON {LOG}",
        f"DROP TABLE {LOG} CASCADE",
        f"CREATE TRIGGER mine BEFORE INSERT ON {LOG} FOR EACH ROW "
        "EXECUTE FUNCTION audit_refuse()",
        f"CREATE RULE mine AS ON INSERT TO {LOG} DO INSTEAD NOTHING",
        f"INSERT INTO {HEAD} VALUES (1, 0, 'x')",
        f"UPDATE {HEAD} SET seq = 0",
        f"DELETE FROM {HEAD}",
        f"TRUNCATE {HEAD}",
        f"SELECT FROM {HEAD} FOR UPDATE",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine (id int)",
        "DELETE FROM django_migrations",
        "CREATE ROLE another SUPERUSER",
    ],
)
def test_rights_alone_refuse_what_would_change_the_log(as_app, statement):
    record(action=Action.SIGNED_IN, actor=make_user())
    # The guards are off: what is left is the role.
    with connection.cursor() as cursor:
        for table in (LOG, HEAD):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    as_app()
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        connection.cursor().execute(statement)
    assert refused.value.__cause__.pgcode == "42501"  # insufficient privilege


def test_the_app_adds_to_the_log_erases_words_and_checks_it(as_app, ana):
    as_app()
    entry = record(action=Action.SIGNED_IN, actor=ana, target=ana, reason="quiet")
    erase_words(entries=[entry.seq], actor=ana, reason="Asked for", at=NOON)
    assert AuditEntry.objects.get(seq=entry.seq).words is None
    report = check_log()
    assert report.verdict.problems == ()
    assert report.warnings == ()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LAWYER, Role.ADMINISTRATOR])
def test_every_page_and_every_form_works_with_the_apps_rights(as_app, as_user, role):
    reader = make_user("Rea Der", role, may_export=True)
    world = make_world(reader)
    addresses = [
        (route.name, method, address)
        for route in routes()
        for method in RULES[route.name].methods
        # Reading writes too where it is recorded.
        if (method == "POST" or route.name.startswith("case"))
        and (address := _address(route, world.mine.kwargs))
    ]
    assert len(addresses) > 30
    as_app()
    for name, method, address in addresses:
        with transaction.atomic():
            client = as_user(reader)
            ask = client.post if method == "POST" else client.get
            answer = ask(address, world.form if method == "POST" else None)
            if answer.streaming:
                b"".join(answer.streaming_content)
            assert answer.status_code < 500, name
            transaction.set_rollback(True)


def _address(route, kwargs):
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.address)
    known = {**kwargs.get(RULES[route.name].of, {}), **kwargs.get(route.name, {})}
    if route.name == "api-nothing" or not set(names) <= set(known):
        return None
    return reverse(route.name, kwargs={name: known[name] for name in names})


def test_a_second_time_changes_nothing_and_takes_back_what_was_given(app):
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT UPDATE, TRUNCATE ON {LOG} TO "{app.name}"')
        cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{app.name}"')
        given = list(weak_rights())
        cursor.execute("RESET SESSION AUTHORIZATION")
        assert not prepare(app)
        cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{app.name}"')
        left = list(weak_rights())
        cursor.execute("RESET SESSION AUTHORIZATION")
    assert [text.split(". ")[0] for text in given] == [
        f"The app's role may UPDATE in {LOG}",
        f"The app's role may TRUNCATE in {LOG}",
    ]
    assert left == []


def test_tables_of_later_migrations_are_the_apps_to_use(as_app):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id bigserial PRIMARY KEY, word text)")
        as_app()
        cursor.execute("INSERT INTO later (word) VALUES ('x')")
        cursor.execute("DELETE FROM later")


def test_a_role_that_could_do_more_is_refused(app):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
        for name in (owner, ""):
            with pytest.raises(RolesRefused, match="another role"):
                prepare(AppRole(name, ""))
        cursor.execute(f'ALTER ROLE "{app.name}" SUPERUSER')
        with pytest.raises(RolesRefused, match="no superuser"):
            prepare(app)


def test_an_owner_who_may_not_make_roles_says_who_can(app, as_app):
    as_app()
    with pytest.raises((RolesRefused, DatabaseError), match="may not make roles"):
        prepare(AppRole("somebody_else", "x"))


def test_with_one_role_the_command_says_what_to_set(settings):
    settings.OWNER_DATABASE_URL = ""
    with pytest.raises(CommandError, match="OWNER_DATABASE_URL"):
        call_command("prepare_roles")


def test_only_commands_that_change_tables_act_as_the_owner(monkeypatch):
    for command in ("check", "verify_audit", "send_digests"):
        monkeypatch.delenv("AS_OWNER", raising=False)
        act_as_owner_for(["manage.py", command])
        with pytest.raises(KeyError):
            monkeypatch.delenv("AS_OWNER")
    for command in OWNERS_COMMANDS:
        act_as_owner_for(["manage.py", command, "--verbosity=0"])
        monkeypatch.delenv("AS_OWNER")


def test_an_address_names_role_and_password():
    role = AppRole.of("postgres://tracker_app:p%40ss@db:5432/tracker")
    assert (role.name, role.password) == ("tracker_app", "p@ss")

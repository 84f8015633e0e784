"""Hidden words outside of pages: mails to others, the broker, tables that leave."""

import pytest
import redis
from django.db import connection

from accounts.choices import Role
from cases.digests.tasks import ring_waiting as ring_digests
from cases.exports.tasks import ring
from cases.models import Digest, Export
from config.access import RULES
from tests.cases.digest_makers import follow_country, follow_person, make_change, send
from tests.factories import make_user
from tests.security.asking import ROUTES, Visitor, address_of
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
# What the browser saves as a file, or a program reads in one go.
TAKEN_AWAY = (
    "text/csv",
    "application/json",
    "application/jsonl",
    "application/x-ndjson",
)


def test_no_mail_to_an_outsider_tells_a_hidden_word(mail_sink):
    olga = make_user("Olga Brandt", Role.ANALYST)
    dina = make_user("Dina Haddad", Role.ADVOCACY)
    scene = make_scene(make_user("Rea Der", Role.ANALYST))
    hidden = scene.world.hidden.owner.follows.get().person
    for reader in (olga, dina):
        follow_country(reader)
        follow_person(reader, hidden)
    for notice in hidden.notices.all():
        make_change(notice, after="quietcharge of another court")
    send()
    others = [
        olga.email,
        dina.email,
        scene.world.reader.email,
        scene.colleague.owner.email,
    ]
    for address in others:
        for mail in mail_sink.mails_to(address):
            letter = mail.message
            whole = str(letter.items()) + mail.part("plain") + mail.part("html")
            assert scene.found_in(whole) == [], address
    assert mail_sink.mails_to(olga.email), "no mail went out, so nothing was tried"
    for reader in (olga, dina):
        for digest in Digest.objects.filter(reader=reader):
            assert scene.found_in(digest.subject + digest.text + digest.html) == []


def test_the_broker_holds_numbers_alone(own_broker):
    scene = make_scene(make_user("Rea Der", Role.ANALYST))
    for export in Export.objects.all():
        ring(export.pk)
    ring_digests()
    with redis.Redis.from_url(own_broker) as client:
        held = "".join(_whole(client, key) for key in client.scan_iter())
    assert "cases.exports" in held
    assert scene.found_in(held) == []
    assert "@example.org" not in held


def _whole(client, key):
    kind = client.type(key).decode()
    if kind == "list":
        value = client.lrange(key, 0, -1)
    elif kind == "hash":
        value = client.hgetall(key)
    elif kind == "set":
        value = client.smembers(key)
    elif kind == "zset":
        value = client.zrange(key, 0, -1)
    else:
        value = client.get(key)
    return f"{key!r} {value!r}".encode().decode("unicode_escape", errors="replace")


@pytest.mark.parametrize("role", list(Role))
def test_no_table_that_leaves_tells_a_hidden_word(role):
    reader = make_user("Rea Der", role)
    scene = make_scene(reader)
    visitor = Visitor(reader)
    taken, faults = 0, []
    for route in ROUTES:
        address = address_of(route, scene.world.mine.kwargs)
        for method in RULES[route.name].methods if address else ():
            answer = visitor.ask(method, address, scene.world.form)
            kind = answer.headers.get("content-type", "").split(";")[0]
            if kind not in TAKEN_AWAY or answer.status != 200:
                continue
            taken += 1
            if words := scene.found_in(answer.body):
                faults.append(f"{method} {address}: {words}")
            lines = answer.body.splitlines() if kind == "text/csv" else ()
            faults += [
                f"{method} {address} holds a formula: {line[:40]}"
                for line in lines
                if line.lstrip('"\ufeff').startswith(("=", "+", "-", "@", "\t"))
            ]
    assert taken
    assert not faults, "\n".join(faults)


def test_everything_in_the_database_that_outsiders_share_is_free_of_hidden_words():
    """Rows that belong to no file: the log by hashes, sessions, signs of life."""
    make_scene_of = make_scene(make_user("Rea Der", Role.ANALYST))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(t::text, ' '), '') FROM cases_beattick t"
        )
        assert make_scene_of.found_in(cursor.fetchone()[0]) == []
        cursor.execute(
            "SELECT string_agg(entry || facts, ' ') FROM accounts_auditentry"
        )
        told = cursor.fetchone()[0]
    assert "case.opened" in told
    assert make_scene_of.found_in(told) == []

"""The chain of the audit log, through `record()` and against the database itself."""

# ruff: noqa: S608 - statements of a database writer, as constants

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import AuditEntry, AuditHead
from tests.factories import make_user


@pytest.mark.django_db
def test_an_entry_is_numbered_and_hashed_by_the_database():
    ana = make_user()
    first = record(action=Action.SIGNED_IN, actor=ana, target=ana)
    second = record(
        action=Action.SIGNED_OUT, actor=ana, target=ana, reason="Луна & <b>"
    )

    assert (second.seq, second.action) == (first.seq + 1, "account.signed_out")
    assert second.actor_id_text == str(ana.pk) == second.object_id
    assert second.object_pk == ana.pk
    assert second.label == ana.name
    entry = json.loads(second.entry)
    assert entry["prev"] == first.hash
    assert entry["facts"] == hashlib.sha256(second.facts.encode()).hexdigest()
    assert entry["words"] == hashlib.sha256(second.words.encode()).hexdigest()
    text = "rnt-audit-1\n" + second.entry
    assert second.hash == hashlib.sha256(text.encode()).hexdigest()
    head = AuditHead.objects.get()
    assert (head.seq, head.hash) == (second.seq, second.hash)


@pytest.mark.django_db
def test_the_first_entry_follows_64_zeros():
    entry = record(action=Action.SIGNED_IN, actor=make_user())
    assert entry.seq == 1
    assert json.loads(entry.entry)["prev"] == "0" * 64


@pytest.mark.django_db
def test_a_rollback_leaves_no_gap():
    ana = make_user()
    record(action=Action.SIGNED_IN, actor=ana)
    with pytest.raises(RuntimeError), transaction.atomic():
        record(action=Action.SIGNED_OUT, actor=ana)
        raise RuntimeError
    assert record(action=Action.SIGNED_OUT, actor=ana).seq == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET facts = facts",
        "UPDATE accounts_auditentry SET words = NULL",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "UPDATE accounts_audithead SET seq = 0",
        "UPDATE accounts_audithead SET seq = seq + 1",
        "DELETE FROM accounts_audithead",
        "TRUNCATE accounts_audithead",
        "INSERT INTO accounts_audithead VALUES (1, 5, 'x')",
        "INSERT INTO accounts_audithead VALUES (2, 5, 'x')",
    ],
)
def test_the_database_refuses_to_change_the_log(statement):
    record(action=Action.SIGNED_IN, actor=make_user())
    before = list(AuditEntry.objects.values()), AuditHead.objects.values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(statement)
    assert (
        list(AuditEntry.objects.values()),
        AuditHead.objects.values().get(),
    ) == before


@pytest.mark.django_db
def test_values_that_a_writer_gives_for_number_time_and_hash_are_ignored():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditentry (seq, at, entry, facts, words, hash) "
            "VALUES (77, '2001-01-01', 'x', '{}', '{}', 'x')"
        )
    entry = AuditEntry.objects.get()
    assert entry.seq == 1
    assert entry.at.year > 2001
    assert entry.hash == AuditHead.objects.get().hash != "x"


@pytest.mark.django_db
def test_a_temporary_table_cannot_stand_in_for_the_head():
    temporary = "pg_temp.accounts_audithead"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {temporary} (id int, seq int, hash text)")
        cursor.execute(f"INSERT INTO {temporary} VALUES (1, 400, 'forged')")
        cursor.execute(
            "INSERT INTO accounts_auditentry (facts, words) VALUES ('{}', '{}') "
            "RETURNING seq"
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_leave_one_chain_without_a_fork():
    def write(number):
        try:
            for step in range(25):
                record(action=Action.SIGNED_IN, actor=None, reason=f"{number}.{step}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    rows = list(AuditEntry.objects.order_by("seq").values_list("seq", "entry", "hash"))
    assert [row[0] for row in rows] == list(range(1, 201))
    before = "0" * 64
    for _, entry, own_hash in rows:
        assert json.loads(entry)["prev"] == before
        before = own_hash
    assert AuditHead.objects.get().hash == before


@pytest.mark.django_db(transaction=True)
def test_the_log_of_the_test_above_was_emptied_and_its_guards_are_on():
    assert not AuditEntry.objects.exists()
    assert AuditHead.objects.get().seq == 0
    with pytest.raises(IntegrityError):
        connection.cursor().execute("TRUNCATE accounts_auditentry")

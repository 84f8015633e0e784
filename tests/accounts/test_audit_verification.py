"""Every way to tamper with the log is found; an honest log holds."""

# ruff: noqa: S608 - statements of a database writer, as constants

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.audit.actions import Action
from accounts.audit.chain import Head, LogRow, entry_hash, verify
from accounts.audit.record import record
from accounts.models import AuditEntry, AuditHead
from tests.factories import make_user

FIELDS = ("seq", "at", "entry", "facts", "words", "hash")


def write_log(length):
    ana = make_user()
    for step in range(length):
        record(
            action=Action.USER_CHANGED,
            actor=ana,
            target=ana,
            before={"role": "analyst"},
            after={"role": "reviewer", "step": step},
            reason=f"Шаг {step}",
        )


def read_log():
    rows = [
        LogRow(*row) for row in AuditEntry.objects.order_by("seq").values_list(*FIELDS)
    ]
    head = AuditHead.objects.get()
    return rows, Head(head.seq, head.hash)


def edit(rows, head, dice):
    at = dice.randrange(len(rows))
    row = rows[at]
    field = dice.choice(["facts", "words", "entry", "hash", "at", "seq"])
    value = getattr(row, field)
    if field == "seq":
        changed = value + dice.choice([-1, 1, 5, 1000])
    elif field == "at":
        changed = value + timedelta(microseconds=dice.choice([-1, 1, 3_600_000_000]))
    else:
        place = dice.randrange(len(value))
        other = dice.choice([c for c in 'abcdef0123456789 "{}' if c != value[place]])
        changed = value[:place] + other + value[place + 1 :]
    rows[at] = replace(row, **{field: changed})
    return rows, head


def edit_and_hash_again(rows, head, dice):
    """The forger also repairs the hashes of the one entry."""
    at = dice.randrange(len(rows) - 1)
    entry = json.loads(rows[at].entry)
    entry["facts"] = "0" * 64
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    rows[at] = replace(rows[at], entry=text, hash=entry_hash(text))
    return rows, head


def erase_words(rows, head, dice):
    at = dice.randrange(len(rows))
    rows[at] = replace(rows[at], words=None)
    return rows, head


def delete(rows, head, dice):
    start = dice.randrange(len(rows))
    del rows[start : start + dice.choice([1, 1, 2, 5])]
    return rows, head


def swap(rows, head, dice):
    one, other = dice.sample(range(len(rows)), 2)
    first, second = rows[one], rows[other]
    if dice.random() < 0.5:  # the rows change places, or only their contents do
        rows[one], rows[other] = second, first
    else:
        rows[one] = replace(second, seq=first.seq)
        rows[other] = replace(first, seq=second.seq)
    return rows, head


def cut_tail(rows, head, dice):
    return rows[: -dice.randrange(1, len(rows) + 1)], head


def move_head(rows, head, dice):
    return rows, dice.choice(
        [None, Head(head.seq, "f" * 64), Head(head.seq - 1, head.hash)]
    )


def duplicate(rows, head, dice):
    at = dice.randrange(len(rows))
    rows.insert(dice.choice([at + 1, len(rows)]), rows[at])
    return rows, head


def insert(rows, head, dice):
    """A new entry that claims a number, well hashed in itself."""
    at = dice.randrange(len(rows))
    entry = json.loads(rows[at].entry) | {"words": "1" * 64}
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    rows.insert(at, replace(rows[at], entry=text, hash=entry_hash(text)))
    return rows, head


MUTATIONS = [
    edit, edit_and_hash_again, erase_words, delete, swap, cut_tail, move_head,
    duplicate, insert,
]  # fmt: skip


@pytest.mark.django_db
def test_each_of_450_seeded_mutations_is_found():
    write_log(40)
    rows, head = read_log()
    assert verify(rows, head).ok
    dice = random.Random(13)  # noqa: S311 - the same mutations in each run
    for number in range(450):
        mutate = MUTATIONS[number % len(MUTATIONS)]
        changed, changed_head = mutate(list(rows), head, dice)
        assert (changed, changed_head) != (rows, head)
        verdict = verify(changed, changed_head)
        assert not verdict.ok, f"{mutate.__name__}, number {number}"


def test_an_empty_log_holds_only_with_a_head_that_says_so():
    assert verify([], Head(0, "0" * 64)).ok
    assert not verify([], Head(3, "a" * 64)).ok
    assert not verify([], None).ok


@pytest.mark.django_db
def test_the_reason_names_the_entry_and_what_is_wrong():
    write_log(9)
    rows, head = read_log()
    verdict = verify([*rows[:3], *rows[5:8]], head)
    reasons = [(problem.entry, problem.reason) for problem in verdict.problems]
    assert (6, "entries 4 to 5 before it are missing") in reasons
    assert (None, "the end is missing: the last entry is 8, the head says 9") in reasons


@pytest.mark.django_db
def test_the_command_says_in_json_that_the_log_holds(capsys):
    write_log(3)
    call_command("verify_audit", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert said["entries"] == 3
    assert said["head"] == AuditHead.objects.get().hash
    assert said["problems"] == []
    assert "owner of the log" in said["warnings"][0]


ENTRY, HEAD = "accounts_auditentry", "accounts_audithead"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "entry", "reason"),
    [
        (f"UPDATE {ENTRY} SET words = NULL WHERE seq = 2", 2, "words are missing"),
        (
            f"UPDATE {ENTRY} SET facts = replace(facts, 'changed', 'created') "
            "WHERE seq = 3",
            3,
            "facts were changed",
        ),
        (f"DELETE FROM {ENTRY} WHERE seq = 2", 3, "entry 2 before it is missing"),
        (f"DELETE FROM {ENTRY} WHERE seq = 4", None, "the end is missing"),
        (f"DELETE FROM {HEAD}", None, "head of the log is missing"),
        (f"UPDATE {HEAD} SET seq = 3", 4, "stands after the head"),
    ],
)
def test_a_database_writer_who_switched_the_guards_off_is_found(
    capsys, statement, entry, reason
):
    write_log(4)
    with connection.cursor() as cursor:
        for switch in ("DISABLE", "ENABLE"):
            if switch == "ENABLE":
                cursor.execute(statement)
            for table in (ENTRY, HEAD):
                cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", "--json")
    assert stopped.value.code == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert any(
        problem["entry"] == entry and reason in problem["reason"]
        for problem in said["problems"]
    ), said


@pytest.mark.django_db
def test_a_guard_that_is_off_is_found(capsys):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {ENTRY} DISABLE TRIGGER audit_append_only")
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert "audit_append_only" in capsys.readouterr().out

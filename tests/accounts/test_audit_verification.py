"""`verify_audit`: what a database writer did to the log is found."""

# ruff: noqa: S608 - statements of a database writer, as constants

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.audit.anchors import current
from accounts.audit.guards import FUNCTIONS
from accounts.models import AuditHead
from tests.accounts.log_writing import write_log


@pytest.mark.django_db
def test_the_command_says_in_json_that_the_log_holds(capsys):
    write_log(3)
    call_command("verify_audit", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert said["entries"] == 3
    assert said["head"] == AuditHead.objects.get().hash
    assert said["problems"] == []
    assert "could switch the guards off" in said["warnings"][0]


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


@pytest.mark.django_db
@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_guard_function_that_was_emptied_is_found(capsys, function):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(oid), prosrc FROM pg_proc WHERE proname = %s",
            [function],
        )
        text, body = cursor.fetchone()
        empty = "BEGIN RETURN NULL; END "
        cursor.execute(text.replace(body, empty))
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert f"the guard function {function} was changed" in capsys.readouterr().out


@pytest.mark.django_db
def test_anchors_from_a_file_are_held_against_the_log(capsys, tmp_path):
    write_log(5)
    file = tmp_path / "anchors.txt"
    file.write_text(f"From: tracker\n\n{current()}\n")
    call_command("verify_audit", "--anchors", file, "--json")
    assert json.loads(capsys.readouterr().out)["anchors"] == 1
    write_log(2)
    file.write_text(json.dumps(current().as_json()) + "\n" + file.read_text())
    call_command("verify_audit", "--anchors", file)
    assert "2 anchors" in capsys.readouterr().out

    file.write_text(str(current()).replace("entry 7", "entry 6"))
    with pytest.raises(SystemExit):
        call_command("verify_audit", "--anchors", file)
    assert "entry 6: an anchor has another hash" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, "no anchor", "{[", '{"seq": 1}'])
def test_a_file_without_anchors_is_no_proof(content, tmp_path):
    file = tmp_path / "anchors.txt"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CommandError, match=r"anchors"):
        call_command("verify_audit", "--anchors", file)

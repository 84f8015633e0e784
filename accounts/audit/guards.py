"""Whether the database still guards the log: triggers, functions, rights.

What has to stand there was put there by the migrations `0002_audit_chain` and
`0003_audit_erasure`. A superuser can take it away and put it back; what was done
meanwhile is found by the chain and by anchors.
"""

import hashlib
from collections.abc import Iterator

from django.db import connection

from accounts.audit.verify_log import Problem
from accounts.models import AuditEntry, AuditHead

ENTRIES, HEAD = AuditEntry._meta.db_table, AuditHead._meta.db_table

# Triggers that have to be on, by table.
TRIGGERS = {
    ENTRIES: {
        "audit_number": "audit_number",
        "audit_append_only": "audit_refuse",
        "audit_only_erasure": "audit_only_erasure",
    },
    HEAD: {
        "audit_head_moves_with_entry": "audit_move_head",
        "audit_head_stays": "audit_refuse",
    },
}
# SHA-256 of the bodies of their functions, so that an emptied one is found.
FUNCTIONS = {
    "audit_erase": ("76c360ee442b9706487dfde767bcb4f8e70413be24588ac2684f6b7ea86b3802"),
    "audit_move_head": (
        "cac2e2611c1d4caa37188e095254df362c06e9a9b53480f21080c7e4ff225c8f"
    ),
    "audit_number": (
        "924eda735d6617cf4aa5f9a33b1c38784ff8323b0d608cb6657575bd5e3ce787"
    ),
    "audit_only_erasure": (
        "60c4c91374d39cc0c4ba71de427292b124f7feb1484f8c26d6995933a116b08c"
    ),
    "audit_refuse": (
        "eaba4c2ca27d062511af4937e9930b43dd758fa2ee10914f2ee0ab3df4b1d8ff"
    ),
}
# What the app's own role may do to the log, and no more.
GRANTS = {ENTRIES: {"SELECT", "INSERT"}, HEAD: {"SELECT"}}
RIGHTS = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
)


def missing_guards() -> Iterator[Problem]:
    """Yield what is off, gone or no longer what the migrations put there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgfoid::regproc::text "
            "FROM pg_trigger "
            "WHERE tgrelid = ANY(%s::regclass[]) AND tgenabled IN ('O', 'A')",
            [list(TRIGGERS)],
        )
        standing = set(cursor.fetchall())
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc "
            "WHERE proname = ANY(%s) AND pronamespace = 'public'::regnamespace",
            [list(FUNCTIONS)],
        )
        bodies = dict(cursor.fetchall())
    for table, triggers in TRIGGERS.items():
        for trigger, function in sorted(triggers.items()):
            if (table, trigger, function) not in standing:
                yield Problem(None, f"the guard {trigger} of {table} is off")
    for name, digest in FUNCTIONS.items():
        if hashlib.sha256(bodies.get(name, "").encode()).hexdigest() != digest:
            yield Problem(None, f"the guard function {name} was changed")


def weak_rights() -> Iterator[str]:
    """Yield what the role that the app signs in with could do to the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolsuper OR pg_has_role(relowner, 'MEMBER') "
            "FROM pg_roles, pg_class "
            "WHERE rolname = current_user AND pg_class.oid = %s::regclass",
            [ENTRIES],
        )
        is_super, is_owner = cursor.fetchone()
        if is_owner:
            who = "a superuser" if is_super else "the owner of the log"
            yield (
                f"The app signs in to the database as {who}, so it could switch the "
                "guards off. Give it a role of its own: manage.py prepare_roles."
            )
            return
        for table, allowed in GRANTS.items():
            for right in RIGHTS:
                cursor.execute(
                    "SELECT has_table_privilege(%s::regclass, %s)", [table, right]
                )
                if cursor.fetchone()[0] and right not in allowed:
                    yield (
                        f"The app's role may {right} in {table}. Take that right away: "
                        "manage.py prepare_roles."
                    )

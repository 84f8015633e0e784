"""The two roles of the database: the owner of the tables, and the app's own.

Who signs in as the app reads and writes everything but the audit log, to which it can
only add (`design/security.md`, section 5). Tables, triggers and rights are the owner's,
whom only commands that change them sign in as (`config.attach.OWNERS_COMMANDS`).
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import InsufficientPrivilege
from psycopg2.sql import SQL, Identifier

from accounts.audit.guards import GRANTS

# Which migrations ran is for the owner to say.
READ_ONLY = ("django_migrations",)


class RolesRefused(Exception):
    """The roles cannot be prepared; the message says what to do."""


@dataclass(frozen=True, slots=True)
class AppRole:
    """The role that the app signs in as, as its address names it."""

    name: str
    password: str

    @classmethod
    def of(cls, url: str) -> "AppRole":
        parts = urlsplit(url)
        return cls(unquote(parts.username or ""), unquote(parts.password or ""))


def prepare(role: AppRole) -> bool:
    """Make the app's role if it is not there, and give it its rights anew.

    Call it as the owner, after each migration; twice changes nothing. Returns whether
    the role was made. Raises `RolesRefused`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
        if not role.name or role.name == owner:
            raise RolesRefused(
                "DATABASE_URL has to name another role than OWNER_DATABASE_URL: "
                "the app's own, such as tracker_app."
            )
        cursor.execute(
            "SELECT rolsuper OR pg_has_role(oid, current_user, 'MEMBER') "
            "FROM pg_roles WHERE rolname = %s",
            [role.name],
        )
        found = cursor.fetchone()
        if found and found[0]:
            raise RolesRefused(
                f"The role {role.name} can do what the owner can. "
                "Name one in DATABASE_URL that is no superuser and no member of it."
            )
        if not found:
            _make(cursor, role)
        _grant(cursor, role.name)
    return not found


def _make(cursor: CursorWrapper, role: AppRole) -> None:
    statement = SQL(
        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD %s"
    ).format(Identifier(role.name))
    try:
        cursor.execute(statement, [role.password or None])
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise RolesRefused(
            "The owner may not make roles. Let an administrator of the database run: "
            f"CREATE ROLE {role.name} LOGIN PASSWORD '…'; then try again."
        ) from error


def _grant(cursor: CursorWrapper, name: str) -> None:
    app = Identifier(name)
    every_day = "SELECT, INSERT, UPDATE, DELETE"
    statements = [
        SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        SQL("GRANT USAGE ON SCHEMA public TO {app}"),
        SQL(f"GRANT {every_day} ON ALL TABLES IN SCHEMA public TO {{app}}"),
        SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}"),
        # Tables of later migrations, until this runs again.
        SQL(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            f"GRANT {every_day} ON TABLES TO {{app}}"
        ),
        SQL(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            "GRANT USAGE, SELECT ON SEQUENCES TO {app}"
        ),
        SQL("GRANT EXECUTE ON FUNCTION audit_erase(text, text) TO {app}"),
    ]
    for statement in statements:
        cursor.execute(statement.format(app=app))
    for table, rights in {**GRANTS, **dict.fromkeys(READ_ONLY, {"SELECT"})}.items():
        names = {"table": Identifier(table), "app": app}
        granted = ", ".join(sorted(rights))
        cursor.execute(SQL("REVOKE ALL ON {table} FROM PUBLIC, {app}").format(**names))
        cursor.execute(SQL(f"GRANT {granted} ON {{table}} TO {{app}}").format(**names))

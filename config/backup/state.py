"""What of a database a backup tells and a restore asks."""

from django.conf import settings
from django.db import connection

from accounts.models import AuditEntry, BrowserSession, User
from cases.models import CaseFile
from notices.models import Notice

# Tables whose rows stay behind: nobody shall be signed in by a restore.
UNKEPT = frozenset({BrowserSession._meta.db_table})
# If one of these has a row, an installation is in use.
_TELLING = (User, Notice, CaseFile, AuditEntry)


def tables() -> list[str]:
    """Return the names of all tables, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
            "AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def count_rows() -> dict[str, int]:
    """Return how many rows each table has that a backup keeps."""
    counts = {}
    with connection.cursor() as cursor:
        for table in tables():
            if table not in UNKEPT:
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"SELECT count(*) FROM {quoted}")  # noqa: S608
                (counts[table],) = cursor.fetchone()
    return counts


def closed_functions() -> list[str]:
    """Return the functions that were taken away from everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc AS one "
            "WHERE pronamespace = 'public'::regnamespace AND proacl IS NOT NULL "
            "AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0) "
            "ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def in_use() -> bool:
    """Tell whether this installation holds anything that a restore would bury."""
    there = set(tables())
    return any(
        model._meta.db_table in there and model._default_manager.exists()
        for model in _TELLING
    )


def keys_to_keep() -> dict[str, str]:
    """Return the keys that the operator wants inside, by the name of their setting."""
    if not settings.BACKUP_WITH_KEYS:
        return {}
    kept = {"secret_key": settings.SECRET_KEY, "field_key": settings.FIELD_KEY}
    return {name: key for name, key in kept.items() if key}

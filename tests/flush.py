"""How a database that transactional tests have used is emptied.

The audit log refuses TRUNCATE, and some tables are born with rows. Only the owner of
the tables can switch a trigger off; only this file of the tests does.
"""

from typing import Any

from django.db import connection

from notices.countries import known_countries
from notices.models import Country

LOG = ("accounts_auditentry", "accounts_audithead")


def teach_flush() -> None:
    """Let Django's flush of this test run empty the log too and sow what was there."""
    empty = connection.ops.sql_flush

    def sql_flush(style: Any, tables: list[str], **options: Any) -> list[str]:
        if not set(LOG) <= set(tables):
            return empty(style, tables, **options)
        return [
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in LOG),
            *empty(style, tables, **options),
            *_seeds(),
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in LOG),
        ]

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]


def _seeds() -> list[str]:
    head = "INSERT INTO accounts_audithead VALUES (1, 0, repeat('0', 64))"
    with connection.cursor() as cursor:
        rows = ", ".join(
            cursor.mogrify("(%s, %s, %s, %s, %s)", row).decode()
            for row in _country_rows()
        )
    table = Country._meta.db_table
    columns = "code, name, alpha3, kind, slug"
    return [head, f"INSERT INTO {table} ({columns}) VALUES {rows}"]  # noqa: S608


def _country_rows() -> list[tuple[str | None, ...]]:
    return [
        (entry.code, entry.name, entry.alpha3, str(entry.kind.value), entry.slug)
        for entry in known_countries().values()
    ]

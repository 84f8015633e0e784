"""Brings the tables up to date, one run at a time."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

# Of Postgres' advisory locks: this program's own number.
LOCK = 7_403_118


class Command(migrate.Command):
    """Django's own command, which waits for another run of it to end.

    Two web servers may start at once, and a run that was killed goes on in the database
    until its statement ends. Both would leave tables that are half there.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                super().handle(*args, **options)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

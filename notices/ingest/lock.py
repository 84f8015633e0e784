"""Only one import works on the database at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_KEY = 7_206_101


@contextmanager
def import_lock(*, wait: bool = True) -> Iterator[bool]:
    """Hold the import lock of the database while inside; yield whether it is held.

    With `wait` it waits for whoever has it. The lock belongs to the connection, so it
    ends with a killed process; the same connection may take it again within itself.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_KEY])
            is_held = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
            is_held = bool(cursor.fetchone()[0])
    try:
        yield is_held
    finally:
        # A connection that was lost has let go of the lock with it.
        if is_held and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEY])

"""Only one process works on a run of the screening at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_KEY = 7_206_102


@contextmanager
def run_lock(run_id: int, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of a run while inside; yield whether it is held.

    With `wait` it waits for whoever has it. The lock belongs to the connection, so it
    ends with a killed process; the same connection may take it again within itself.
    """
    keys = [_KEY, run_id]
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", keys)
            is_held = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", keys)
            is_held = bool(cursor.fetchone()[0])
    try:
        yield is_held
    finally:
        # A connection that was lost has let go of the lock with it.
        if is_held and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)

"""PostgreSQL's own programs: where they are, and how they reach this database."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.embedded import EmbeddedError
from config.servers import postgres_bin


class NoProgram(Exception):
    """PostgreSQL's programs are not here; the text says what to install."""


def program(name: str) -> str:
    """Return the path of `pg_dump`, `pg_restore` or `psql`: `PG_BIN`, wheel, `PATH`."""
    folders = [settings.PG_BIN] if settings.PG_BIN else [_of_wheel(), None]
    for folder in folders:
        found = shutil.which(name, path=folder)
        if found:
            return found
    raise NoProgram(
        f"{name} is not here. Install PostgreSQL's client programs and name their "
        "folder in PG_BIN."
    )


def environment() -> dict[str, str]:
    """Return the environment that leads those programs to this database.

    A password stands in no command line, where every user of the machine reads it.
    """
    values = connection.settings_dict
    options = values["OPTIONS"]
    named = {
        "PGHOST": values["HOST"],
        "PGPORT": values["PORT"],
        "PGUSER": values["USER"],
        "PGPASSWORD": values["PASSWORD"],
        "PGDATABASE": values["NAME"],
        **{
            f"PG{name.upper()}": options.get(name)
            for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")
        },
    }
    return {
        "PATH": os.defpath,
        "PGCONNECT_TIMEOUT": "10",
        **{name: str(value) for name, value in named.items() if value},
    }


def _of_wheel() -> str | None:
    try:
        folder: Path = postgres_bin()
    except EmbeddedError:
        return None
    return str(folder)

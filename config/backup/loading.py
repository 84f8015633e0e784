"""Loads a dump into an empty database: all of it, or nothing.

One transaction clears the schema, loads the dump, compares the number of rows of each
table with the manifest, and makes sure that a restored past does not act: mail that was
not certainly sent is not sent again, accounts wait until somebody opens them, tokens
and broken glass open nothing, and what was about to be erased or to expire is asked for
anew.
"""

import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from django.db import connection

from accounts.models import (
    AdministratorRequest,
    AnchorMail,
    ApiToken,
    LostFactor,
    User,
)
from cases.choices import DeliveryState, ExpiryState, GlassState
from cases.models import (
    DigestDelivery,
    DigestSetting,
    Erasure,
    Expiry,
    Glass,
    Restoration,
)
from config.backup.manifest import Manifest
from config.backup.programs import environment, program

_CLEAR = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
# A dump ends with no schema to look names up in.
_HERE = "SET search_path = public;"
_BROKEN = "\nDO $$ BEGIN RAISE EXCEPTION 'The dump breaks off.'; END $$;\n"
_CHUNK = 1024 * 1024
_UNSENT = (
    DeliveryState.DUE,
    DeliveryState.CLAIMED,
    DeliveryState.COMPOSED,
    DeliveryState.SENDING,
    DeliveryState.RETRY,
)
_MAY_HAVE_GONE = "A backup was restored: what was sent after it is not known."


class NotLoaded(Exception):
    """The database did not take the dump and is as it was; the text says why."""


def load(*, dump: Path, manifest: Manifest, at: datetime) -> None:
    """Load `dump` and hold it against `manifest`. Raises `NotLoaded`."""
    connection.close()  # holds no lock on what is cleared
    with tempfile.TemporaryFile() as errors:
        script = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [
                program("pg_restore"),
                *("--no-owner", "--no-privileges", "--file=-", str(dump)),
            ],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        shell = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [
                program("psql"),
                *("--no-psqlrc", "--quiet", "--single-transaction"),
                *("--set=ON_ERROR_STOP=1", "--file=-"),
            ],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        after = "\n".join(
            [_HERE, *_counts(manifest), *_closing(manifest), *_quiet(manifest, at)]
        )
        _pump(script, shell, after)
        if shell.wait():
            errors.seek(0)
            said = errors.read().decode(errors="replace").splitlines()
            why = next((line for line in said if "ERROR" in line), "".join(said[-1:]))
            raise NotLoaded(f"The database did not take it: {why}")


def _pump(
    script: subprocess.Popen[bytes], shell: subprocess.Popen[bytes], after: str
) -> None:
    """Pass the script on, then what follows it; a script that broke off undoes all."""
    source, target = script.stdout, shell.stdin
    if source is None or target is None:
        raise NotLoaded("PostgreSQL's programs take no input.")
    try:
        with source, target:
            target.write(_CLEAR.encode())
            shutil.copyfileobj(source, target, _CHUNK)
            source.close()
            target.write((_BROKEN if script.wait() else after).encode())
    except BrokenPipeError:
        pass  # psql has ended and says why
    finally:
        script.wait()


def _counts(manifest: Manifest) -> list[str]:
    return [
        f"DO $$ BEGIN IF (SELECT count(*) FROM {_name(table)}) <> {int(rows)} THEN "  # noqa: S608
        f"RAISE EXCEPTION 'Rows are missing in %', {_text(table)}; END IF; END $$;"
        for table, rows in manifest.tables.items()
    ]


def _closing(manifest: Manifest) -> list[str]:
    return [
        f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;"
        for function in manifest.closed_functions
    ]


def _quiet(manifest: Manifest, at: datetime) -> list[str]:
    """Return what voids tokens and holds mail, for the tables that the backup has."""
    now = _text(at.isoformat())
    unsent = ", ".join(_text(state.value) for state in _UNSENT)
    statements = {
        ApiToken._meta.db_table: f"revoked_at = {now} WHERE revoked_at IS NULL",
        # Whoever left since, or had their rights changed, must not come back unseen:
        # an administrator opens each account, the operator theirs at the terminal.
        User._meta.db_table: (
            f"held_at = CASE WHEN is_active THEN {now}::timestamptz ELSE held_at END, "
            "is_active = false, may_export = false"
        ),
        LostFactor._meta.db_table: f"expires_at = {now} WHERE confirmed_at IS NULL",
        AdministratorRequest._meta.db_table: (
            f"expires_at = {now} WHERE confirmed_at IS NULL"
        ),
        AnchorMail._meta.db_table: (
            f"started_at = {now} WHERE sent_at IS NULL AND started_at IS NULL"
        ),
        DigestSetting._meta.db_table: f"stopped_at = {now} WHERE stopped_at IS NULL",
        DigestDelivery._meta.db_table: (
            f"state = {_text(DeliveryState.UNKNOWN.value)}, lease_until = NULL, "
            f"answer = {_text(_MAY_HAVE_GONE)} WHERE state IN ({unsent})"
        ),
        # Who stopped one of these after the backup is not known either.
        Glass._meta.db_table: (
            f"state = {_text(GlassState.ENDED.value)}, ended_at = {now} "
            f"WHERE state = {_text(GlassState.OPEN.value)}"
        ),
        Erasure._meta.db_table: (
            "confirmed_by_id = NULL, confirmed_at = NULL, due_at = NULL "
            "WHERE stopped_at IS NULL AND done_at IS NULL"
        ),
        Expiry._meta.db_table: (
            f"state = {_text(ExpiryState.CALLED_OFF.value)}, ended_at = {now} "
            f"WHERE state = {_text(ExpiryState.AHEAD.value)}"
        ),
    }
    head = manifest.audit_head
    done = [
        f"UPDATE {_name(table)} SET {change};"  # noqa: S608
        for table, change in statements.items()
        if table in manifest.tables
    ]
    if Restoration._meta.db_table in manifest.tables:
        done.append(
            f"INSERT INTO {_name(Restoration._meta.db_table)} "  # noqa: S608
            "(restored_at, backup_made_at, head_seq, head_hash) VALUES "
            f"({now}, {_text(manifest.made_at.isoformat())}, "
            f"{int(head['seq'])}, {_text(head['hash'])});"
        )
    return done


def _name(table: str) -> str:
    return connection.ops.quote_name(table.replace('"', ""))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

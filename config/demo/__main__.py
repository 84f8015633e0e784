"""`bin/demo`: brings everything up, stays in front, and takes all of it down again."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from cases.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from config.demo.check import run_check
from config.demo.ports import any_free, is_free, next_free
from config.demo.stack import DemoError, Stack
from config.embedded import CODE, EmbeddedError, Installation

FIRST_PORT = 8000
WATCH_SECONDS = 0.5


class Stopped(BaseException):
    """Ctrl-C or a signal: an end that was asked for, wherever it happens."""


def main() -> int:
    """Parse the arguments and run; 0 when ended as asked, 1 when it could not be."""
    options = _parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        if options.check:
            return _check(options.port)
        return _serve(options.port, options.size)
    except Stopped:
        return 1 if options.check else 0
    except (DemoError, EmbeddedError) as error:
        _say(str(error))
        return 1


def _serve(wished: int | None, size: str) -> int:
    if wished and not is_free(wished):
        raise DemoError(f"Port {wished} is taken. Choose another with --port.")
    folder = Path(os.environ.get("TRACKER_DATA_DIR") or CODE / "var")
    port = wished or next_free(FIRST_PORT)
    stack = Stack(Installation(folder), port, size=size, tell=_say)
    _say("Starting PostgreSQL, broker, mail catcher, web, worker and beat …")
    try:
        stack.start()
        # Beat would do so within five minutes; nobody who looks around waits for it.
        stack.manage("send_digests")
        sys.stdout.write(_welcome(stack))
        sys.stdout.flush()
        while True:
            time.sleep(WATCH_SECONDS)
            try:
                for said in stack.watch():
                    _say(said)
            except EmbeddedError as error:
                _say(str(error))
    finally:
        _ignore_signals()
        _say("Stopping …")
        stack.stop()


def _check(wished: int | None) -> int:
    """Do the main job on data of its own, which is thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-check-"))
    port = wished or any_free()
    stack = Stack(Installation(folder / "data"), port, size="small", tell=_say)
    try:
        stack.start()
        return 0 if run_check(stack, sys.stdout) else 1
    finally:
        _ignore_signals()
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _welcome(stack: Stack) -> str:
    width = max(len(login.email) for login in DEMO_LOGINS)
    rows = [
        f"    {login.email:<{width}}  {login.role.label}: {login.does}"
        for login in DEMO_LOGINS
    ]
    return "\n".join(
        [
            "",
            f"  Red Notice Tracker is ready: {stack.address}",
            "",
            f"  Everyone in it is invented. The password is: {DEMO_PASSWORD}",
            *rows,
            "",
            "  No second factor is asked for here (REQUIRE_SECOND_FACTOR=0); elsewhere "
            "it is.",
            f"  To try a passkey, go to http://localhost:{stack.port}.",
            "",
            f"  Data: {stack.installation.data_dir}",
            f"  Logs: {stack.installation.logs}",
            "  Ctrl-C stops everything.",
            "",
            "",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/demo",
        description=(
            "Starts everything with invented data and prints address and log-ins. "
            "Ctrl-C stops all of it."
        ),
        epilog="Example: bin/demo --port 8080",
    )
    parser.add_argument("--port", type=int, help="instead of the first free from 8000")
    parser.add_argument(
        "--size",
        choices=["small", "full"],
        default="full",
        help="how many people to invent, the first time",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="do the main job once on data of its own, print each step, and stop",
    )
    return parser


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _ignore_signals() -> None:
    """Let an impatient second Ctrl-C not cut the tidying short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())

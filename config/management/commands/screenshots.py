"""`manage.py screenshots`: pictures of every screen and state, with what they weigh."""

import importlib
import importlib.util
import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.demo.logins import DEMO_LOGINS
from config.demo.ports import any_free
from config.demo.stack import Stack
from config.embedded import Installation

NO_BROWSER = (
    "There is no browser here. Install Chromium (Debian: apt-get install chromium) and "
    "the tools of development: bin/test installs them before it runs."
)
NO_AXE = "{} is not there: the pictures are checked with the copy in the tests."


class Command(BaseCommand):
    help = (
        "Take pictures of every screen and state of the demo at 1440 and 390 pixels, "
        "light and dark, and tell violations of accessibility, weight and movement. "
        "Example: manage.py screenshots --only inbox"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        people = [login.email.partition("@")[0] for login in DEMO_LOGINS]
        parser.add_argument(
            "--out", type=Path, default=settings.BASE_DIR / "var" / "screenshots"
        )
        parser.add_argument(
            "--address", help="of a demo that runs already; else one is started"
        )
        parser.add_argument(
            "--as",
            dest="people",
            default=",".join(people),
            help="whose screens, by the names of the demo's log-ins: ana,ben",
        )
        parser.add_argument("--only", default="", help="part of the name of a screen")

    def handle(self, *args: Any, **options: Any) -> None:
        if not importlib.util.find_spec("playwright") or not shutil.which("chromium"):
            raise CommandError(NO_BROWSER)
        axe = settings.BASE_DIR / "tests" / "vendor" / "axe" / "axe.min.js"
        if not axe.is_file():
            raise CommandError(NO_AXE.format(axe))
        if options["address"]:
            self.take(options["address"], axe, options)
            return
        with tempfile.TemporaryDirectory(prefix="tracker-screens-") as folder:
            stack = Stack(
                Installation(Path(folder) / "data"),
                any_free(),
                size="full",
                tell=self.say,
            )
            try:
                stack.start()
                stack.manage("send_digests")
                self.take(stack.address, axe, options)
            finally:
                stack.stop()

    def take(self, address: str, axe: Path, options: dict[str, Any]) -> None:
        """Take the pictures of the demo at `address` and tell what is wrong."""
        # Playwright is there on machines of developers alone.
        session = importlib.import_module("config.screens.session")
        done = session.take_all(
            address=address,
            folder=options["out"],
            axe=axe,
            people=options["people"].split(","),
            only=options["only"],
            say=self.say,
        )
        pictures = sum(one.pictures for one in done.taken)
        faults = done.faults()
        self.say(
            f"{len(done.taken)} screens and states, {pictures} pictures in "
            f"{options['out']}; heaviest first visit "
            f"{max(done.weights.values(), default=0):,} bytes; "
            f"largest shift {max((one.shift for one in done.taken), default=0):.3f}; "
            f"{len(faults)} faults"
        )
        if faults:
            raise CommandError("\n".join(faults))

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

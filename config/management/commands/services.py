import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.embedded import EmbeddedError, Installation

WORDS = {True: "yes", False: "no"}


class Command(BaseCommand):
    help = (
        "Starts, stops or shows the embedded PostgreSQL and broker of this data "
        "folder. Commands start them by themselves; `start` keeps them up when "
        "nothing uses them. Example: bin/manage services status --json"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status"])
        parser.add_argument("--json", action="store_true", help="JSON on stdout")
        parser.add_argument(
            "--force", action="store_true", help="stop them even if they are in use"
        )

    def handle(self, *, action: str, force: bool, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "DATABASE_URL and REDIS_URL are set: this installation uses servers "
                "of its own choosing, there are none to handle here."
            )
        installation = settings.INSTALLATION
        try:
            if action == "start":
                installation.keep_up()
            elif action == "stop":
                self._stop(installation, force=force)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        self._show(installation, as_json=options["json"])

    def _stop(self, installation: Installation, *, force: bool) -> None:
        if installation.in_use() and not force:
            raise CommandError(
                "Another program uses them at this moment. Stop that first, or add "
                "--force."
            )
        if not installation.stop():
            raise CommandError(
                f"They do not stop. Look into {installation.logs} for the reason."
            )

    def _show(self, installation: Installation, *, as_json: bool) -> None:
        state = installation.state()
        facts: dict[str, object] = {
            "running": state["database"] and state["broker"],
            **state,
            "in_use": installation.in_use(),
            "data_dir": str(installation.data_dir),
        }
        if as_json:
            self.stdout.write(json.dumps(facts))
            return
        for name, value in facts.items():
            shown = WORDS[value] if isinstance(value, bool) else value
            self.stdout.write(f"{name.replace('_', ' '):<9} {shown or '-'}")

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.health import CHECKS, examine


class Command(BaseCommand):
    help = (
        "Says which parts of this installation work, and what to do about the others. "
        "Exit 1 if one does not. Example: bin/manage check_health --json"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON on stdout")
        parser.add_argument(
            "--only",
            action="append",
            choices=list(CHECKS),
            help="look at this part only; may be repeated",
        )

    def handle(self, *, only: list[str] | None, **options: Any) -> None:
        checks = examine(only or CHECKS, at=timezone.now())
        failing = [check.name for check in checks if not check.ok]
        if options["json"]:
            report = {"ok": not failing, "checks": [asdict(check) for check in checks]}
            self.stdout.write(json.dumps(report))
        else:
            for check in checks:
                mark = "ok    " if check.ok else "FAILED"
                self.stdout.write(f"{mark} {check.name:<11} {check.detail}")
        if failing:
            raise CommandError(f"Not in order: {', '.join(failing)}.")

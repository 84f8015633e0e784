"""Writes the audit log to a file that can be checked without the tracker."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.audit.whole import whole_log
from accounts.choices import Role
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Writes the whole audit log as JSON lines, as an auditor gets it: entries "
        "about restricted and walled files by their hash only. Check it with "
        "accounts/audit/verify_log.py, which needs nothing but Python. "
        "Example: manage.py export_audit --out audit.jsonl"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--everything",
            action="store_true",
            help="also what auditors may not read; keep that file like the database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, everything = options["out"], options["everything"]
        reader = None if everything else User(pk=0, role=Role.AUDITOR)
        record(action=Action.AUDIT_TAKEN, actor=None, after={"everything": everything})
        try:
            path.touch(mode=0o600, exist_ok=False)
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(whole_log(reader))
        except OSError as error:
            raise CommandError(f"The log cannot be written there: {error}") from error
        self.stderr.write(f"The log is in {path}.")

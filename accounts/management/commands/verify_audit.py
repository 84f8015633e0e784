"""Checks that the audit log is whole."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.audit.check import Report, check_log


class Command(BaseCommand):
    help = (
        "Checks every entry of the audit log against its hash, its neighbours and the "
        "head. Exit 0: the log holds. Exit 1: it does not. "
        "Example: manage.py verify_audit --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_log()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report)))
        else:
            self._print(report)
        if not report.verdict.ok:
            raise SystemExit(1)

    def _print(self, report: Report) -> None:
        verdict = report.verdict
        for problem in verdict.problems:
            which = "the log" if problem.entry is None else f"entry {problem.entry}"
            self.stdout.write(f"{which}: {problem.reason}")
        noun = "entry holds" if verdict.entries == 1 else "entries hold"
        if verdict.ok:
            self.stdout.write(f"{verdict.entries:,} {noun}, head {verdict.head}")
        else:
            self.stderr.write("The log does not hold. Keep a copy of the database.")
        for warning in report.warnings:
            self.stderr.write(f"Note: {warning}")


def _as_json(report: Report) -> dict[str, Any]:
    verdict = report.verdict
    return {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "head": verdict.head,
        "problems": [
            {"entry": problem.entry, "reason": problem.reason}
            for problem in verdict.problems
        ],
        "warnings": list(report.warnings),
    }

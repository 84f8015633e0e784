"""Checks that the audit log is whole."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit.check import Report, check_log
from accounts.audit.verify_log import Head, anchors_in


class Command(BaseCommand):
    help = (
        "Checks every entry of the audit log against its hash, its neighbours and the "
        "head, and against anchors that were told to others before. "
        "Exit 0: the log holds. Exit 1: it does not. "
        "Example: manage.py verify_audit --anchors saved-mails.txt --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--anchors",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="saved mails, JSON lines, manifests or lines of the server's log",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_log(anchors=_read_anchors(options["anchors"]))
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
            if verdict.anchors:
                self.stdout.write(f"{verdict.anchors:,} anchors fit")
        else:
            self.stderr.write("The log does not hold. Keep a copy of the database.")
        for warning in report.warnings:
            self.stderr.write(f"Note: {warning}")


def _read_anchors(paths: list[Path]) -> list[Head]:
    anchors = []
    for path in paths:
        try:
            anchors += anchors_in(path.read_text("utf-8", "replace"))
        except (OSError, ValueError) as error:
            raise CommandError(f"No anchors from {path}: {error}") from error
    return anchors


def _as_json(report: Report) -> dict[str, Any]:
    verdict = report.verdict
    return {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "head": verdict.head,
        "erased": verdict.erased,
        "anchors": verdict.anchors,
        "problems": [
            {"entry": problem.entry, "reason": problem.reason}
            for problem in verdict.problems
        ],
        "warnings": list(report.warnings),
    }

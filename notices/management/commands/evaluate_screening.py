"""Holds the screening of described cases against their labels."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.screening.casefiles import CaseFileError, judge_cases, read_cases
from notices.screening.evaluation import Evaluation
from notices.screening.ruleset import load
from notices.screening.tables import UnknownRules

_SHOWN = (
    "n", "auc", "auc_ci", "auc_hard", "precision", "recall", "f1", "abstained",
    "recall_at_precision_85",
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Screen labelled cases without their answers and say how often that was right. "
        "Prints one JSON object with --json, and into a pipe or a file. "
        "Example: manage.py evaluate_screening cases.jsonl --json"
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django reads a list

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--rules", metavar="VERSION", help="use this rule set")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rules = load(options["rules"])
            measures, judged = judge_cases(read_cases(options["file"]), rules)
        except (CaseFileError, UnknownRules) as error:
            raise CommandError(str(error)) from error
        if options["json"] or not self.stdout.isatty():
            cases = [asdict(one) for one in judged]
            self.stdout.write(
                json.dumps(
                    asdict(measures) | {"rules_version": rules.version, "cases": cases}
                )
            )
        else:
            self._print(measures)

    def _print(self, measures: Evaluation) -> None:
        for name in _SHOWN:
            self.stdout.write(f"{name.replace('_', ' '):<24}{getattr(measures, name)}")

"""Screens described cases without storing them."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.screening.casefiles import CaseFileError, read_cases, screen_case
from notices.screening.ruleset import load
from notices.screening.tables import UnknownRules


class Command(BaseCommand):
    help = (
        "Screen described cases, one JSON object a line; fields that hold the answer "
        "are ignored. Prints a JSON line a case with --json and into a pipe or a file. "
        "Example: manage.py screen_cases cases.jsonl --json"
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django reads a list

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--rules", metavar="VERSION", help="use this rule set")
        parser.add_argument("--json", action="store_true", help="print JSON lines")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"] or not self.stdout.isatty()
        try:
            rules = load(options["rules"])
            for case in read_cases(options["file"]):
                answer = screen_case(case, rules)
                self.stdout.write(
                    json.dumps(answer, ensure_ascii=False) if as_json else _line(answer)
                )
        except (CaseFileError, UnknownRules) as error:
            raise CommandError(str(error)) from error


def _line(answer: dict[str, Any]) -> str:
    """Return one row of the table for people: the three outputs, never one number."""
    shown = " ".join(dict.fromkeys(one["indicator"] for one in answer["findings"]))
    against = " ".join(dict.fromkeys(one["indicator"] for one in answer["counter"]))
    return (
        f"{answer['id']!s:<10} breach {answer['rule_breach']['band']:<13}"
        f"Art. 2/3 {answer['article_2_3']['band']:<13}"
        f"evidence {answer['evidence']['band']:<13}for: {shown}; against: {against}"
    )

"""Names compared two by two, from the terminal."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.identity.compare import Comparison, compare
from notices.identity.measures import report
from notices.identity.pairs import BadPair, NamePair, RefusedTable, read_pairs


class Command(BaseCommand):
    help = (
        "Compare name1 with name2 in each row of a CSV file; the column schema tells "
        "people from organisations. Prints a JSON line a row with --json, and into a "
        "pipe or a file. With --measure prints how well it does on rows whose is_match "
        "says the truth. Example: manage.py match_names pairs.csv --json"
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django reads a list

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--json", action="store_true", help="print JSON lines")
        parser.add_argument(
            "--measure",
            action="store_true",
            help="cross-validated F1 against the labels, people and all",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = read_pairs(options["file"])
            if options["measure"]:
                self._measure([row for row in rows if isinstance(row, NamePair)])
            else:
                as_json = options["json"] or not self.stdout.isatty()
                for row in rows:
                    self._compare(row, as_json=as_json)
        except RefusedTable as problem:
            raise CommandError(str(problem)) from problem

    def _compare(self, row: NamePair | BadPair, *, as_json: bool) -> None:
        if isinstance(row, BadPair):
            self.stderr.write(f"Row {row.row}: {row.field or 'the row'} {row.reason}")
            line = {
                "same": False,
                "score": 0.0,
                "reasons": [f"{row.field or 'the row'} {row.reason}"],
                "error": row.as_json(),
            }
            if as_json:
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        found = compare(row.left, row.right, organisation=row.is_organisation)
        self.stdout.write(_as_json(found) if as_json else _as_text(row, found))

    def _measure(self, pairs: Sequence[NamePair]) -> None:
        people = [pair for pair in pairs if not pair.is_organisation]
        try:
            found = {"people": report(people), "all": report(pairs)}
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(found, indent=2))


def _as_json(found: Comparison) -> str:
    return json.dumps(
        {"same": found.same, "score": found.score, "reasons": found.reasons},
        ensure_ascii=False,
    )


def _as_text(row: NamePair, found: Comparison) -> str:
    verdict = "same" if found.same else "-"
    return f"{verdict:<5} {found.score:.2f}  {row.left} | {row.right}: " + "; ".join(
        found.reasons
    )

"""Offence classes of charge texts, from the terminal."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.screening.offences import Classified, classify
from notices.screening.ruleset import load
from notices.screening.tables import UnknownRules


class Command(BaseCommand):
    help = (
        "Classify charge texts: a JSON array of texts, or of objects with a text. "
        "Prints a JSON line a text with --json, and into a pipe or a file. "
        "Example: manage.py classify_charges charges.json --json"
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django reads a list

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")
        parser.add_argument("--rules", metavar="VERSION", help="use this rule set")
        parser.add_argument("--json", action="store_true", help="print JSON lines")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"] or not self.stdout.isatty()
        try:
            version = load(options["rules"]).version
        except UnknownRules as error:
            raise CommandError(str(error)) from error
        for text in _texts(options["file"]):
            found = classify(text, version)
            self.stdout.write(
                json.dumps(_as_json(text, found), ensure_ascii=False)
                if as_json
                else f"{found.language or '--'}  {', '.join(found.classes) or '-'}"
            )


def _texts(path: Path) -> list[str]:
    """Return the charge texts of `path`. Raises CommandError for any other shape."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise CommandError(f"{path} is not a JSON file.") from None
    if not isinstance(rows, list):
        raise CommandError(f"{path} does not hold a JSON array of texts.")
    texts: list[str] = []
    for number, row in enumerate(rows, start=1):
        text = row.get("text") if isinstance(row, dict) else row
        if not isinstance(text, str):
            raise CommandError(f"{path}: entry {number} is not a text.")
        texts.append(text)
    return texts


def _as_json(text: str, found: Classified) -> dict[str, Any]:
    return {
        "text": text,
        "language": found.language,
        "classes": [
            {"class": name, "quote": found.quote_of(name)} for name in found.classes
        ],
    }

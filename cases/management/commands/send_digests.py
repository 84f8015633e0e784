"""Sends every digest that is due."""

import json
from argparse import ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cases.digests.services import Counts, look_ahead, send_due

EXAMPLE = "Example: bin/manage send_digests --at 2026-11-23T07:00+01:00 --dry-run"


class Command(BaseCommand):
    help = f"Compose and send every digest due at a time (now). {EXAMPLE}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            type=moment,
            metavar="ISO8601",
            help="as if it were this time, such as 2026-11-23T07:00+01:00",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what is due, send nothing"
        )
        parser.add_argument("--json", action="store_true", help="counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        at = options["at"] or timezone.now()
        counts = look_ahead(at=at) if options["dry_run"] else send_due(at=at)
        if options["json"]:
            self.stdout.write(json.dumps(counts.as_json()))
        else:
            self.stdout.write(in_words(counts, dry_run=options["dry_run"]))


def moment(text: str) -> datetime:
    """Return the time that `text` names; without a zone it is of this installation."""
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None:
        raise ArgumentTypeError(
            f"{text!r} is not a time such as 2026-11-23T07:00+01:00"
        )
    return timezone.make_aware(value) if timezone.is_naive(value) else value


def in_words(counts: Counts, *, dry_run: bool) -> str:
    """Return the counts as a short table."""
    rows = [
        ("due", counts.due, ""),
        ("sent", counts.sent, "nothing is sent in a dry run" if dry_run else ""),
        ("empty", counts.empty, "nothing new, no mail"),
        ("already", counts.already, "told in this period before"),
        ("failed", counts.failed, f"{counts.retry} will be tried again"),
        ("unknown", counts.unknown, "may or may not have arrived"),
    ]
    if dry_run:
        rows.insert(2, ("would send", counts.would_send, ""))
    return "\n".join(
        f"{name:<12}{count:>6}  {note}".rstrip() for name, count, note in rows
    )

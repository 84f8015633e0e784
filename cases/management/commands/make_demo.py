"""`manage.py make_demo`: invented people for a look around."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.demo.build import SHARES, DemoRefused, make_demo


class Command(BaseCommand):
    help = (
        "Fill an empty database with invented people and their notices. "
        "Example: manage.py make_demo --size small"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=sorted(SHARES), default="full")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make_demo(at=timezone.now(), size=options["size"])
        except DemoRefused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(made))
            return
        self.stdout.write(
            f"{made['notices']} notices, {made['people']} people, "
            f"{made['cases']} case files."
        )

"""`manage.py bench`: how fast, beside a peer and a floor in the same run."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.bench.report import table
from config.bench.run import SUITES, run

INSIDE = "TRACKER_BENCH"


class Command(BaseCommand):
    help = (
        "Measure the app on invented data in a data folder of its own. "
        "Example: manage.py bench --rows 1000000 --suite page,api"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=1_000_000)
        parser.add_argument(
            "--import-rows", type=int, help="Default: 100,000, or --rows if fewer."
        )
        parser.add_argument("--seed", type=int, default=13)
        parser.add_argument("--suite", default=",".join(SUITES))
        parser.add_argument(
            "--json",
            nargs="?",
            const="-",
            help="Write the report as JSON, to a file or to standard output.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        suites = options["suite"].split(",")
        unknown = set(suites) - set(SUITES)
        if unknown:
            raise CommandError(
                f"No such suite: {', '.join(sorted(unknown))}. "
                f"There are {', '.join(SUITES)}.",
                returncode=2,
            )
        if os.environ.get(INSIDE) != "1":
            sys.exit(self.in_own_folder())
        report = run(
            rows=options["rows"],
            import_rows=options["import_rows"] or min(options["rows"], 100_000),
            seed=options["seed"],
            suites=suites,
            say=lambda words: self.stderr.write(words),
        )
        text = json.dumps(report, indent=2)
        if options["json"] == "-":
            self.stdout.write(text)
            return
        if options["json"]:
            Path(options["json"]).write_text(text + "\n", encoding="utf-8")
        self.stdout.write(table(report))

    def in_own_folder(self) -> int:
        """Run this same command again on a data folder that is only for measuring."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_URL", "REDIS_URL"))
        }
        environment |= {
            INSIDE: "1",
            "TRACKER_DATA_DIR": str(settings.DATA_DIR / "bench"),
            "DJANGO_ADMIN": "1",
            "DEMO": "0",
        }
        done = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, *sys.argv], env=environment, check=False
        )
        return done.returncode

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.keeping.sealing import NoKey
from config.backup.making import Made, NotMade, as_json, make_backup
from config.backup.programs import NoProgram


class Command(BaseCommand):
    help = (
        "Writes database and files into one sealed file, while people work on. Only "
        "the keys in BACKUP_RECIPIENTS open it. "
        "Example: bin/manage backup --out /mnt/safe/tracker.age"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="PATH")
        parser.add_argument("--json", action="store_true", help="JSON on stdout")

    def handle(self, *, out: Path, **options: Any) -> None:
        try:
            made = make_backup(out=out.absolute(), at=timezone.now())
        except (NotMade, NoKey, NoProgram) as error:
            raise CommandError(str(error)) from error
        for name in made.missing:
            self.stderr.write(f"Missing: {name} is named in the database, not on disk.")
        for name in made.altered:
            self.stderr.write(f"Altered: {name} is not what was stored. It is inside.")
        if options["json"]:
            self.stdout.write(json.dumps(as_json(made)))
        else:
            self._print(made)
        if made.key_here is not None:
            self.stderr.write(
                self.style.WARNING(
                    f"COPY THE KEY ELSEWHERE: {made.key_here} is the only key to this "
                    "backup. If this disk is lost and the key with it, the backup is "
                    "worth nothing; who has both has everything."
                )
            )

    def _print(self, made: Made) -> None:
        rows = sum(made.tables.values())
        self.stdout.write(f"file     {made.path}")
        self.stdout.write(f"sha256   {made.sha256}")
        self.stdout.write(f"tables   {len(made.tables)}, {rows:,} rows")
        self.stdout.write(f"files    {made.files:,}")

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.keeping.sealing import NoKey
from config.backup.archive import Damaged
from config.backup.programs import NoProgram
from config.backup.restoring import Refused, Restored, restore


class Command(BaseCommand):
    help = (
        "Brings a backup back into an empty installation: checks all of it, then "
        "writes. Stop web, worker and beat first. "
        "Example: TRACKER_DATA_DIR=/srv/new bin/manage restore tracker.age "
        "--identity key.txt"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument(
            "--identity",
            type=Path,
            metavar="FILE",
            help="file of the secret key; without it the one of this installation",
        )
        parser.add_argument(
            "--erased",
            type=Path,
            metavar="FILE",
            help="a list of what was erased since, beside the one next to the backup",
        )
        parser.add_argument("--json", action="store_true", help="JSON on stdout")

    def handle(self, *, path: Path, **options: Any) -> None:
        try:
            restored = restore(
                path=path.absolute(),
                identity=options["identity"],
                stones=options["erased"],
                at=timezone.now(),
            )
        except (Refused, Damaged, NoKey, NoProgram) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(restored)))
        else:
            self.stdout.write(
                f"restored {path}, made {restored.made_at:%Y-%m-%d %H:%M}"
            )
            self.stdout.write(f"tables   {len(restored.tables)}")
            self.stdout.write(f"files    {restored.files:,}")
        self._tell(restored)

    def _tell(self, restored: Restored) -> None:
        after = restored.aftermath
        self.stderr.write(
            f"All accounts are closed, {after.accounts_held} of them since now, and "
            "access tokens open nothing. Open two administrators with "
            "bin/manage add_administrator; they open the others under Administration, "
            "one by one: whoever left since stays closed."
        )
        self.stderr.write(
            "Roles, walls and holds are those of the backup's day: look at each role "
            "before you open the account, and have leads look at who is named on their "
            "files."
        )
        self.stderr.write(
            f"Mail is held for {after.mail_held_for} readers, because what was sent "
            "after the backup is not known. An administrator lets it go under "
            "Administration, Keeping."
        )
        if after.erased_again:
            self.stderr.write(f"Erased again: {after.erased_again}.")
        if after.role_trouble:
            self.stderr.write(f"{after.role_trouble} Run: bin/manage prepare_roles")
        for key in restored.keys:
            self.stderr.write(f"A key of the backup lies in {key}.")
        if not restored.log_holds:
            self.stderr.write(
                "The audit log does not hold. Run: bin/manage verify_audit"
            )


def _as_json(restored: Restored) -> dict[str, Any]:
    return {
        "path": str(restored.path),
        "sha256": restored.sha256,
        "tables": restored.tables,
        "files": restored.files,
        "made_at": restored.made_at.isoformat(),
        "keys": [str(key) for key in restored.keys],
        "log_holds": restored.log_holds,
        "erased_again": restored.aftermath.erased_again,
        "accounts_held": restored.aftermath.accounts_held,
        "mail_held_for": restored.aftermath.mail_held_for,
    }

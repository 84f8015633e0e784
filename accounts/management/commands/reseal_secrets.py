import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.sealing import CannotOpen
from accounts.signing_in.resealing import reseal_factors


class Command(BaseCommand):
    help = (
        "Seals the secrets of second factors with the first key of FIELD_KEY. Set "
        "FIELD_KEY to the new key, a comma, and the old one; run this; then take the "
        "old one away. Example: bin/manage reseal_secrets --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON alone")

    def handle(self, **options: Any) -> None:
        try:
            count = reseal_factors()
        except CannotOpen as error:
            raise CommandError(
                f"{error} Nothing was changed. Add the old key after a comma."
            ) from error
        self.stdout.write(
            json.dumps({"sealed": count})
            if options["json"]
            else f"{count} secrets are sealed with the first key."
        )

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.administration.first import add_first_administrator
from accounts.administration.services import Refused


class Command(BaseCommand):
    help = (
        "Makes one of the first two administrators and prints the address where they "
        "set a password. Repeat it if the address was not used in time. For somebody "
        "who is administrator already it vouches: they count as a second person to "
        "whoever made them, and an account that a restore closed opens again. "
        'Example: bin/manage add_administrator emil@ngo.example --name "Emil Novak"'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="the name others will see")

    def handle(self, *, email: str, name: str, **_: Any) -> None:
        try:
            address = add_first_administrator(email=email, name=name)
        except Refused as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(address)

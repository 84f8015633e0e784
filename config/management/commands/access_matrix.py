"""Prints who may use which address, and who sees a given case file."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.access import EVERYBODY, RULES, Route, routes
from config.who_sees import Sight, who_sees


class Command(BaseCommand):
    help = (
        "Prints every address of the pages and the API with each role's answer: allow, "
        "deny, or own (only what is theirs to see). With --case: who sees that file "
        "and why. Example: manage.py access_matrix --case KESTREL-7"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--case", metavar="CODE", help="the code of a case file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["case"]:
            self._case(options["case"], as_json=options["json"])
        else:
            self._routes(as_json=options["json"])

    def _routes(self, *, as_json: bool) -> None:
        found = list(routes())
        undecided = [route.address for route in found if route.name not in RULES]
        if undecided:
            raise CommandError(f"Nobody has decided on {', '.join(undecided)}.")
        if as_json:
            self.stdout.write(json.dumps([_row(route) for route in found]))
            return
        width = max(len(route.address) for route in found)
        self.stdout.write(" ".join([f"{'route':{width}}", *EVERYBODY, "methods"]))
        for route in found:
            rule = RULES[route.name]
            answers = [f"{rule.answer(role):{len(role)}}" for role in EVERYBODY]
            line = [f"{route.address:{width}}", *answers, ",".join(rule.methods)]
            self.stdout.write(" ".join(line))

    def _case(self, code: str, *, as_json: bool) -> None:
        found = who_sees(code=code)
        if found is None:
            raise CommandError(f"There is no case file {code}.")
        if as_json:
            self.stdout.write(json.dumps([_as_json(one) for one in found]))
            return
        for one in found:
            self.stdout.write(f"{one.user.name} ({one.user.email}): {one.why}")


def _row(route: Route) -> dict[str, Any]:
    rule = RULES[route.name]
    return {
        "route": route.address,
        "methods": list(rule.methods),
        "roles": {role: rule.answer(role) for role in EVERYBODY},
    }


def _as_json(sight: Sight) -> dict[str, Any]:
    return {
        "user": sight.user.email,
        "name": sight.user.name,
        "role": sight.user.role,
        "sees": sight.sees,
        "why": sight.why,
    }

"""Screens stored notices from the terminal."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notices.choices import ScreeningState
from notices.screening.runs import RunRefused, report_of, run_to_go_on, work_on
from notices.screening.services import (
    ScreenReport,
    compare_screenings,
    screen_notices,
)
from notices.screening.tables import UnknownRules


class Command(BaseCommand):
    help = (
        "Screen the notices that changed since their screening, or all. A stopped run "
        "goes on where it was. Example: manage.py screen --all --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="look at every notice")
        parser.add_argument("--rules", metavar="VERSION", help="use this rule set")
        parser.add_argument(
            "--diff",
            action="store_true",
            help="count what the rule set would change; saves nothing",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["diff"]:
                report = compare_screenings(
                    version=options["rules"],
                    at=timezone.now(),
                    progress=self._progress,
                )
            else:
                report = (
                    self._everything(options["rules"])
                    if options["all"]
                    else screen_notices(
                        notice_ids=None,
                        at=timezone.now(),
                        version=options["rules"],
                        progress=self._progress,
                    )
                )
        except (UnknownRules, RunRefused) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report)))
        else:
            self._print(report, would=options["diff"])

    def _everything(self, version: str | None) -> ScreenReport:
        """Screen every notice, going on with a run that stopped half way."""
        run = run_to_go_on(version=version, at=timezone.now())
        done = work_on(
            run_id=run.pk,
            clock=timezone.now,
            progress=lambda now: self._progress(now.screened),
            wait=True,
        )
        if done is None or done.state != ScreeningState.COMPLETE:
            raise RunRefused("The run was stopped; the same command goes on with it.")
        return report_of(done)

    def _progress(self, screened: int) -> None:
        self.stderr.write(f"{screened:,} screened")

    def _print(self, report: ScreenReport, *, would: bool) -> None:
        verb = "would change" if would else "changed"
        self.stdout.write(f"{report.screened:,} screened, {report.changed:,} {verb}")
        for name, counts in report.outputs.items():
            line = ", ".join(f"{band} {n:,}" for band, n in sorted(counts.items()))
            self.stdout.write(f"{name.replace('_', ' '):<14}{line}")


def _as_json(report: ScreenReport) -> dict[str, Any]:
    return {
        "screened": report.screened,
        "changed": report.changed,
        "by_band": dict(report.by_band),
        "outputs": {name: dict(counts) for name, counts in report.outputs.items()},
    }

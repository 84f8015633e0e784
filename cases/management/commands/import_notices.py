"""Takes notice files in: `bin/manage import_notices list.json --full`."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from cases.intake.report import as_json, as_table
from cases.intake.services import receive, run_import
from cases.intake.store import ImportRefused, store
from cases.intake.undoing import undo_import
from notices.choices import RunState
from notices.feeds.registry import ADAPTERS, AUTO
from notices.ingest.undo import UndoRefused
from notices.models import FeedRun


class Command(BaseCommand):
    help = """Imports files of notices: good rows go in, bad ones are reported.

Example: bin/manage import_notices red_notices.jsonl --full"""

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        parser = super().create_parser(*args, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", type=Path)
        parser.add_argument(
            "--format",
            choices=[AUTO, *ADAPTERS],
            default=AUTO,
            help="the shape of the files; found out by default",
        )
        parser.add_argument(
            "--feed", default="", metavar="SLUG", help="whose list it is"
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="the input is the feed's whole list, so absences may be judged",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen"
        )
        parser.add_argument(
            "--undo", type=int, metavar="RUN", help="take an import back"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"] is not None:
            run = self._undo(options)
        elif options["paths"]:
            run = self._import(options)
        else:
            raise CommandError(
                "Name at least one file, or a run to undo.", returncode=2
            )
        if options["json"]:
            self.stdout.write(json.dumps(as_json(run), ensure_ascii=False))
        else:
            self.stdout.write(as_table(run))
        if run.state == RunState.FAILED:
            raise CommandError(run.failure)

    def _undo(self, options: dict[str, Any]) -> FeedRun:
        if options["paths"]:
            raise CommandError("--undo takes no files.", returncode=2)
        run = FeedRun.objects.filter(pk=options["undo"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['undo']}.")
        try:
            return undo_import(run=run, actor=None, at=timezone.now())
        except UndoRefused as refused:
            raise CommandError(str(refused)) from refused

    def _import(self, options: dict[str, Any]) -> FeedRun:
        try:
            if options["feed"]:
                validate_slug(options["feed"])
        except ValidationError as error:
            raise CommandError(
                "--feed takes letters, digits, hyphens and underscores.", returncode=2
            ) from error
        try:
            run = receive(
                files=[self._store(path) for path in options["paths"]],
                actor=None,
                at=timezone.now(),
                source_format=options["format"],
                feed_slug=options["feed"],
                is_full=options["full"],
                is_dry_run=options["dry_run"],
            )
        except ImportRefused as refused:
            raise CommandError(str(refused)) from refused
        done = run_import(
            run_id=run.pk,
            at=timezone.now(),
            clock=timezone.now,
            progress=self._progress,
        )
        # A worker may have been quicker; its outcome is the same.
        return done or FeedRun.objects.select_related("feed").get(pk=run.pk)

    def _store(self, path: Path) -> Any:
        try:
            with path.open("rb") as content:
                return store(path.name, content)
        except OSError as error:
            raise CommandError(
                f"{path} cannot be read: {error.strerror or error}."
            ) from error

    def _progress(self, run: FeedRun) -> None:
        share = run.bytes_read * 100 // max(run.bytes_total, 1)
        self.stderr.write(f"{run.read:,} rows read, {share} %")

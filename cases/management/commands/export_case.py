"""Exports one case file from the terminal, through the same service as the page."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from cases.choices import ExportFormat, ExportProfile, ExportState
from cases.exports import store
from cases.exports.jobs import LEASE, MOST_ATTEMPTS, UNDER_WAY
from cases.exports.profiles import PROFILES
from cases.exports.services import (
    LIFETIME,
    ExportRefused,
    render_export,
    request_export,
)
from cases.models import CaseFile, Export

_NOT_YET = ("docx", "zip")


class Command(BaseCommand):
    help = (
        "Export one case file. Example: "
        "export_case KESTREL-7 --profile ccf --format pdf --out kestrel-7.pdf"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="the code name, such as KESTREL-7")
        parser.add_argument("--profile", required=True, choices=ExportProfile.values)
        parser.add_argument(
            "--format",
            dest="export_format",
            default=ExportFormat.PDF,
            choices=[*ExportFormat.values, *_NOT_YET],
        )
        parser.add_argument("--out", required=True, type=Path, help="where to write it")
        parser.add_argument(
            "--as",
            dest="email",
            help="e-mail of the colleague whose rights count; default: someone named "
            "on the file who may take this kind of copy",
        )
        parser.add_argument("--purpose", default="Exported from the terminal")
        parser.add_argument("--recipient", default="The operator at the terminal")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if options["export_format"] in _NOT_YET:
            raise CommandError(
                f"The format {options['export_format']} is not offered yet; "
                "use pdf or json."
            )
        if not out.parent.is_dir() or out.is_dir():
            raise CommandError(f"{out} is no file in a folder that is there.")
        export = self._export(options)
        manifest = out.with_name(out.name + ".manifest.json")
        try:
            shutil.copyfile(store.path_of(export), out)
            manifest.write_text(json.dumps(self._manifest(export), indent=2) + "\n")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        result = {
            "path": str(out),
            "sha256": export.sha256,
            "pages": export.pages,
            "redactions": export.redactions,
            "manifest": str(manifest),
        }
        if options["as_json"]:
            self.stdout.write(json.dumps(result))
            return
        for name, value in result.items():
            self.stdout.write(f"{name:<12}{value if value is not None else '-'}")
        for lost in export.remarks:
            self.stderr.write(f"not printable: {lost['place']}: {lost['letters']}")

    def _export(self, options: dict[str, Any]) -> Export:
        case = CaseFile.objects.filter(code=options["case"]).first()
        if case is None:
            raise CommandError(f"There is no case file {options['case']}.")
        actor = self._actor(case, options["profile"], options["email"])
        try:
            asked = request_export(
                case=case,
                actor=actor,
                at=timezone.now(),
                profile=options["profile"],
                export_format=options["export_format"],
                purpose=options["purpose"],
                recipient=options["recipient"],
                through="terminal",
            )
        except (ExportRefused, PermissionDenied, CaseFile.DoesNotExist) as refusal:
            raise CommandError(str(refusal)) from refusal
        render_export(export_id=asked.pk, at=timezone.now())
        made = self._when_done(asked)
        if made.state != ExportState.READY:
            raise CommandError(made.failure or "The copy is still being made.")
        return made

    def _when_done(self, export: Export) -> Export:
        """A worker that the sweeper rang may have been faster; then wait for it."""
        patience = time.monotonic() + MOST_ATTEMPTS * LEASE.total_seconds()
        export.refresh_from_db()
        while export.state in UNDER_WAY and time.monotonic() < patience:
            time.sleep(0.5)
            export.refresh_from_db()
        return export

    def _actor(self, case: CaseFile, profile: str, email: str | None) -> User:
        """Whose rights count: the one who is named, or somebody who may."""
        if email:
            user = User.objects.filter(email=email.lower(), is_active=True).first()
            if user is None:
                raise CommandError(f"There is no active colleague {email}.")
            return user
        members = case.members.current().select_related("user")
        for member in members.order_by("role", "added_at"):
            if member.user.can(PROFILES[profile].capability):
                return member.user
        raise CommandError(
            f"Nobody named on {case.code} may take a copy of this kind. "
            "Add a lawyer to the file, let an administrator allow somebody named on "
            "it to export, or choose another profile."
        )

    def _manifest(self, export: Export) -> dict[str, Any]:
        return {
            "case": export.case.code,
            "copy": export.key,
            "profile": export.profile,
            "format": export.format,
            "sha256": export.sha256,
            "pages": export.pages,
            "redactions": export.redactions,
            "left_out": list(PROFILES[export.profile].left_out),
            "not_printable": export.remarks,
            "audit_seq": export.audit_seq,
            "audit_head": export.audit_head,
            "made_at": export.ready_at.isoformat() if export.ready_at else None,
            "kept_in_the_app_for_hours": int(LIFETIME.total_seconds() // 3600),
        }

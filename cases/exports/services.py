"""Asking for a copy of a case file, making it, and taking it away."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from accounts.access import require
from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.choices import ExportFormat, ExportState
from cases.exports import jobs, store
from cases.exports.as_json import render_json
from cases.exports.checking import Leftover, leftovers
from cases.exports.compose import Composed, compose
from cases.exports.document import CaseDocument, fingerprint
from cases.exports.pdf import Rendered, RenderError, render
from cases.exports.profiles import PROFILES
from cases.files.access import CaseRefused, NotNamed, leads_of, membership
from cases.models import CaseFile, Export

LIFETIME = timedelta(hours=24)
RENDERERS: Mapping[str, Callable[[CaseDocument], Rendered]] = {
    ExportFormat.PDF: render,
    ExportFormat.JSON: render_json,
}
log = logging.getLogger(__name__)


class ExportRefused(CaseRefused):
    """This copy cannot be made; the message is a sentence that says what to do."""


def request_export(
    *,
    case: CaseFile,
    actor: User,
    at: datetime,
    profile: str,
    export_format: str,
    purpose: str,
    recipient: str,
    through: str = "page",
) -> Export:
    """Write down who wants which copy, why and for whom; a worker makes it.

    A public copy waits for the signature of a second person first
    (`cases.exports.signing`). `through` says by which door it came. Raises
    `MissingCapability`, `NotNamed` for people who are not named on the file,
    `ExportRefused` without purpose, recipient or the consent that a public copy needs.
    """
    with transaction.atomic():
        # The lock holds access, level and consent as they are until the row is there.
        locked = CaseFile.objects.visible_to(actor).select_for_update().get(pk=case.pk)
        require_export_right(case=locked, user=actor, profile=profile)
        if not purpose.strip() or not recipient.strip():
            raise ExportRefused("Say what the copy is for and who will get it.")
        is_public = PROFILES[profile].needs_consent
        if is_public and not locked.public_consent:
            raise ExportRefused(
                "A public copy needs the person's consent, and none is recorded on "
                f"{locked.code}. Write it down beside the summary first."
            )
        export = Export.objects.create(
            case=locked,
            requested_by=actor,
            requested_at=at,
            profile=profile,
            format=export_format,
            purpose=purpose.strip(),
            recipient=recipient.strip(),
            state=ExportState.UNSIGNED if is_public else ExportState.QUEUED,
            consent=locked.public_consent if is_public else "",
            step="Waiting for a signature" if is_public else "Waiting for a worker",
        )
        record(
            action=Action.EXPORT_REQUESTED,
            actor=actor,
            target=export,
            after={
                "case": locked.code,
                "profile": profile,
                "format": export_format,
                "recipient": recipient,
                "through": through,
            },
            reason=purpose,
        )
    return export


def require_export_right(*, case: CaseFile, user: User, profile: str) -> None:
    """Raise unless `user` has the right to such a copy and is named on the file."""
    require(user, PROFILES[profile].capability)
    if membership(case, user) is None:
        who = " or ".join(leads_of(case))
        raise NotNamed(
            f"Only people named on {case.code} export it. {who} can add you."
        )


def render_export(*, export_id: int, at: datetime) -> Export | None:
    """Make the copy that a waiting row asks for; return its row, or None.

    None means that there was nothing to do: another worker has it, or took over when
    this one slept too long. Whatever a person can cause ends in a sentence on the row;
    anything else leaves the row to its lease, which hands it on.
    """
    attempt = jobs.claim(export_id)
    if attempt is None:
        return None
    claimed = jobs.Claim(export_id, attempt)
    try:
        return _make(claimed, at)
    except jobs.Fenced:
        return None
    except (RenderError, ExportRefused) as refusal:
        return claimed.fail(str(refusal))
    except OSError:
        log.exception("export %s could not be stored", export_id)
        return claimed.fail(
            "The file could not be stored: is the disk full? Tell the administrator."
        )


def open_download(*, export: Export, reader: User, at: datetime) -> Path:
    """Return the file of a ready copy, after the taking of it is recorded.

    Rights are read now, whatever they were when the copy was asked for. Raises
    `ExportRefused` if the copy has expired or the consent to it has changed,
    `MissingCapability`, `NotNamed`.
    """
    require_export_right(case=export.case, user=reader, profile=export.profile)
    require_consent(export)
    path = store.path_of(export)
    if (
        export.state != ExportState.READY
        or export.expires_at is None
        or export.expires_at <= at
        or not path.is_file()
    ):
        raise ExportRefused("This copy is no longer there. Ask for a new one.")
    record(action=Action.EXPORT_DOWNLOADED, actor=reader, target=export)
    return path


def _make(claimed: jobs.Claim, at: datetime) -> Export:
    with _snapshot():
        export = Export.objects.select_related("case__person", "requested_by").get(
            pk=claimed.export_id
        )
        _require_still(export)
        anchor = anchors.current()
        composed = compose(export=export, at=at, anchor=anchor, demo=settings.DEMO)
    if export.signed_digest not in ("", fingerprint(composed.document)):
        raise ExportRefused(
            "The file has changed since this copy was signed. Ask for a new one."
        )
    claimed.go_on("Setting the pages")
    rendered = RENDERERS[export.format](composed.document)
    with store.new_file(export) as stored:
        stored.write(rendered.content)
        claimed.move_to_checking("Looking for what must not be in it")
        found = _look(export, composed, stored.read())
        if found:
            return claimed.block(_blocked_words(found))
        with transaction.atomic():
            # Rights may have gone while the pages were set.
            _require_still(Export.objects.select_related("case").get(pk=export.pk))
            claimed.finish(
                path=stored.name,
                sha256=stored.sha256,
                pages=rendered.pages,
                remarks=[
                    {"place": lost.place, "letters": lost.letters, "count": lost.count}
                    for lost in rendered.replaced
                ],
                redactions=composed.redactions,
                audit_seq=anchor.seq,
                audit_head=anchor.hash,
                ready_at=at,
                expires_at=at + LIFETIME,
            )
            stored.keep()
            record(
                action=Action.EXPORT_READY,
                actor=None,
                target=export,
                after={"sha256": stored.sha256, "pages": rendered.pages},
            )
    export.refresh_from_db()
    return export


def _require_still(export: Export) -> None:
    require_still_entitled(export)
    require_consent(export)


def require_consent(export: Export) -> None:
    """Refuse a public copy whose consent is not the one that it was asked under."""
    if not PROFILES[export.profile].needs_consent:
        return
    if not export.consent or export.case.public_consent != export.consent:
        raise ExportRefused(
            "The consent recorded on the file has changed since this copy was asked "
            "for. Ask for a new one."
        )


def require_still_entitled(export: Export) -> None:
    """Refuse in words if the person who asked has lost the file or the right."""
    reader = export.requested_by
    visible = CaseFile.objects.visible_to(reader).filter(pk=export.case_id).exists()
    named = membership(export.case, reader) is not None
    if not (visible and named and reader.can(PROFILES[export.profile].capability)):
        raise ExportRefused("The person who asked for this copy may no longer take it.")


def _look(export: Export, composed: Composed, content: bytes) -> list[Leftover]:
    return leftovers(
        content=content,
        export_format=export.format,
        document=composed.document,
        withheld=composed.withheld,
    )


def _blocked_words(found: list[Leftover]) -> str:
    """Name each leftover by what it is and where it stands, never by its text."""
    lines = dict.fromkeys(f"{one.what} in: {one.place}" for one in found)
    return (
        "Nothing left the app. The copy still held what its profile leaves out: "
        + "; ".join(lines)
        + ". Change those texts, or choose another profile, and ask again."
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as of one moment, unless the caller is in a transaction."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield

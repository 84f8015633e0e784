"""Case files of the demo: one open to the organisation, one restricted, one walled."""

from cases.choices import (
    CaseLevel,
    ExportFormat,
    ExportProfile,
    MemberRole,
    NoteKind,
    ReviewState,
)
from cases.demo.scene import Demo
from cases.exports.services import render_export, request_export
from cases.files.levels import raise_level
from cases.files.members import add_member
from cases.files.notes import add_note
from cases.files.services import open_case
from cases.models import CaseFile, Review
from notices.choices import FactKind, Level
from notices.screening.facts import record_fact

_EVENTS = (
    (NoteKind.EVENT, "2021", "Began to publish on local corruption.", "Own statement"),
    (NoteKind.EVENT, "2022-03", "House searched; left the country.", "Search record"),
    (
        NoteKind.PROCEDURE,
        "2023-05-12",
        "Recognised as a refugee in Austria.",
        "Grant decision",
    ),
    (
        NoteKind.CONTACT,
        "2026-11-16",
        "First talk by a safe route. Wants the CCF asked for access first.",
        "Note of the call",
    ),
)


_PROTECTED = (
    (FactKind.LOCATION, "whereabouts", "Stays with friends in Graz until January."),
    (FactKind.FAMILY, "relatives", "Mother and sister still in the country."),
    (
        FactKind.CONTACT,
        "safe_way",
        "Only through the lawyer in Vienna, never by phone.",
    ),
)


def make_cases(demo: Demo) -> None:
    """Open files from confirmed flags, fill them, take one copy."""
    carla, ana = demo.people["carla"], demo.people["ana"]
    flagged = list(
        Review.objects.filter(state=ReviewState.FLAGGED)
        .select_related("notice__person")
        .order_by("pk")[:3]
    )
    files = [
        open_case(
            review=review,
            actor=carla,
            at=demo.ago(days=2, hours=number),
            summary="Access request first, then deletion. Family still in the country.",
        )
        for number, review in enumerate(flagged)
    ]
    for case in files:
        _fill(demo, case)
    if len(files) > 1:
        add_member(
            case=files[1],
            user=ana,
            actor=carla,
            reason="Researches the background",
            at=demo.ago(days=1),
        )
        raise_level(
            case=files[1],
            actor=carla,
            level=CaseLevel.RESTRICTED,
            reason="The family is at risk.",
        )
        _protect(demo, files[1])
    if len(files) > 2:
        add_member(
            case=files[2],
            user=demo.people["ben"],
            actor=carla,
            reason="Keeper of the wall",
            role=MemberRole.KEEPER,
            at=demo.ago(days=1),
        )
        raise_level(
            case=files[2],
            actor=carla,
            level=CaseLevel.WALLED,
            reason="A colleague advised the other side before.",
        )
    if files:
        export = request_export(
            case=files[0],
            actor=carla,
            at=demo.ago(hours=3),
            profile=ExportProfile.COUNSEL,
            export_format=ExportFormat.PDF,
            purpose="Hearing on the stay",
            recipient="Counsel in Vienna",
        )
        render_export(export_id=export.pk, at=demo.ago(hours=3))


def _protect(demo: Demo, case: CaseFile) -> None:
    """Record what only people named on the file may read."""
    for kind, value, detail in _PROTECTED:
        record_fact(
            person=case.person,
            actor=demo.people["carla"],
            at=demo.ago(hours=20),
            kind=kind,
            value=value,
            level=Level.DOCUMENTED,
            source="Talk by a safe route, 16 November",
            detail=detail,
        )


def _fill(demo: Demo, case: CaseFile) -> None:
    for kind, when, text, source in _EVENTS:
        add_note(
            case=case,
            actor=demo.people["carla"],
            at=demo.ago(days=1, hours=5),
            kind=kind,
            text=text,
            happened_on=when,
            source=source,
        )
    add_note(
        case=case,
        actor=demo.people["carla"],
        at=demo.ago(days=1, hours=4),
        kind=NoteKind.NOTE,
        text="The weak point is the 2021 contract; ask for the bank papers.",
        is_counsel_only=True,
    )

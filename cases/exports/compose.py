"""Fills a `CaseDocument` from the database, by the allow list of its profile.

Everything is read through `visible_to(reader)`: a copy never holds what the person who
asked for it may not see. What the profile leaves out is returned beside the document,
so that the finished bytes can be searched for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.audit.anchors import Anchor
from accounts.models import User
from cases.choices import CaseLevel, NoteKind
from cases.exports import document as doc
from cases.exports.checking import LONG, Withheld
from cases.exports.parts_case import (
    chronology_parts,
    decision_parts,
    member_parts,
    note_parts,
    person_part,
)
from cases.exports.parts_notice import (
    CHARGES,
    assessment_parts,
    notice_parts,
    source_parts,
    title_of,
)
from cases.exports.profiles import PROFILES, Part, Profile
from cases.exports.wording import day, moment, quantity
from cases.models import CaseFile, CaseNote, Export, Review, ReviewTransition
from notices.choices import UNSCREENED_FACTS, Confidentiality, Listing
from notices.models import Notice, PersonFact

_LEVELS = {
    CaseLevel.ORGANISATION: "For this organisation only",
    CaseLevel.RESTRICTED: "Restricted: named people only",
    CaseLevel.WALLED: "Ethical wall: named people only",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """The document, the texts that must not be in it, and how many entries went."""

    document: doc.CaseDocument
    withheld: tuple[Withheld, ...]
    redactions: int


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the reader may see of the file, before the profile decides."""

    notices: list[Notice]
    facts: list[PersonFact]
    notes: list[CaseNote]


def compose(*, export: Export, at: datetime, anchor: Anchor, demo: bool) -> Composed:
    """Return the document of one export as of `at`.

    Call inside one snapshot of the database, so that its parts fit together.
    """
    case, reader = export.case, export.requested_by
    profile = PROFILES[export.profile]
    parts = profile.parts
    seen = _gather(case, reader)
    kept = _keep(seen, parts)
    is_public = Part.CLOSED_NOTICES not in parts
    signed = f"{reader.name}, {reader.get_role_display().lower()}"
    document = doc.CaseDocument(
        code_name=case.code,
        level=profile.heading or _LEVELS[CaseLevel(case.level)],
        mark=profile.mark,
        profile=profile.label,
        recipient=doc.Text(export.recipient),
        purpose=doc.Text("" if is_public else export.purpose),
        requested_by=signed if Part.STAFF in parts else "",
        generated_at=at,
        generated=moment(at),
        copy=export.key,
        audit_seq=anchor.seq,
        audit_head=anchor.hash,
        demo=demo,
        person=person_part(
            person=case.person, facts=kept.facts, from_feeds_only=is_public
        ),
        summary=_summary(case, kept.notices, reader, profile),
        own_summary=(
            doc.Text(case.summary) if case.summary and Part.SUMMARY in parts else None
        ),
        left_out=profile.left_out,
        notices=notice_parts(kept.notices),
        assessments=(
            assessment_parts(notices=kept.notices, reader=reader, parts=parts)
            if Part.FINDINGS_FOR in parts
            else None
        ),
        shows_against=Part.FINDINGS_AGAINST in parts,
        decisions=(
            decision_parts(notices=kept.notices, reader=reader)
            if Part.DECISIONS in parts
            else None
        ),
        chronology=(
            chronology_parts(kept.notes, parts) if Part.CHRONOLOGY in parts else None
        ),
        notes=note_parts(kept.notes) if Part.NOTES in parts else None,
        members=member_parts(case) if Part.MEMBERS in parts else None,
        sources=source_parts(kept.notices) if Part.SOURCES in parts else None,
    )
    return Composed(
        document,
        tuple(_withheld(case, seen, kept, parts)),
        sum(
            len(getattr(seen, name)) - len(getattr(kept, name))
            for name in ("notices", "facts", "notes")
        ),
    )


def _gather(case: CaseFile, reader: User) -> _Gathered:
    notices = (
        Notice.objects.visible_to(reader)
        .filter(case_links__case=case)
        .prefetch_related(CHARGES)
        .order_by("case_links__linked_at", "pk")
    )
    facts = (
        PersonFact.objects.visible_to(reader)
        .filter(person=case.person, withdrawn_at=None)
        .select_related("country", "against")
    )
    notes = (
        CaseNote.objects.visible_to(reader)
        .filter(case=case)
        .select_related("author")
        .order_by("happened_on", "written_at", "pk")
    )
    return _Gathered(list(notices), list(facts), list(notes))


def _keep(seen: _Gathered, parts: frozenset[Part]) -> _Gathered:
    kinds = set()
    if Part.CHRONOLOGY in parts:
        kinds |= {NoteKind.EVENT, NoteKind.PROCEDURE}
    if Part.CONTACTS in parts:
        kinds.add(NoteKind.CONTACT)
    if Part.NOTES in parts:
        kinds.add(NoteKind.NOTE)
    return _Gathered(
        notices=[
            notice
            for notice in seen.notices
            if Part.CLOSED_NOTICES in parts
            or notice.confidentiality == Confidentiality.PUBLIC
        ],
        facts=[
            fact
            for fact in seen.facts
            if Part.FACTS in parts
            and (Part.WHEREABOUTS in parts or fact.kind not in UNSCREENED_FACTS)
        ],
        notes=[
            note
            for note in seen.notes
            if note.kind in kinds
            and (Part.COUNSEL_NOTES in parts or not note.is_counsel_only)
        ],
    )


def _summary(
    case: CaseFile, notices: Sequence[Notice], reader: User, profile: Profile
) -> tuple[str, ...]:
    lines = []
    listed = sum(notice.listing == Listing.LISTED for notice in notices)
    lines.append(
        f"{quantity(len(notices), 'notice')} in this copy, {listed} publicly listed."
    )
    if Part.DECISIONS in profile.parts:
        decided = Review.objects.visible_to(reader).filter(
            notice__in=notices, decided_at__isnull=False
        )
        for review in decided.select_related("notice").order_by("decided_at"):
            outcome = review.get_outcome_display().lower()
            when = f", {day(review.decided_at)}" if review.decided_at else ""
            lines.append(
                f"{title_of(review.notice)}: {outcome}, signed by two people{when}."
            )
        lines.append(f"Case file opened {day(case.opened_at)}.")
    return tuple(lines)


def _withheld(
    case: CaseFile, seen: _Gathered, kept: _Gathered, parts: frozenset[Part]
) -> Iterator[Withheld]:
    """What the reader knows and this copy must not tell."""
    if Part.STAFF not in parts:
        for user in _colleagues(case, seen):
            yield Withheld(user.name, "the name of a colleague")
            yield Withheld(user.email, "the address of a colleague")
    for notice in seen.notices:
        if notice not in kept.notices:
            yield Withheld(str(notice), "the number of a notice that is not public")
    long_texts = [
        (note.text, f"a text of the kind “{note.get_kind_display().lower()}”")
        for note in seen.notes
        if note not in kept.notes
    ]
    long_texts += [
        (fact.detail, "a fact about the person")
        for fact in seen.facts
        if fact not in kept.facts
    ]
    if Part.SUMMARY not in parts:
        long_texts.append((case.summary, "the organisation's own summary"))
    for text, what in long_texts:
        if len("".join(text.split())) >= LONG:
            yield Withheld(text, what)


def _colleagues(case: CaseFile, seen: _Gathered) -> list[User]:
    """Everybody who works or worked on the file, wrote in it or decided on it."""
    people = {member.user for member in case.members.select_related("user")}
    people |= {note.author for note in seen.notes} | {case.opened_by}
    deciders = ReviewTransition.objects.filter(
        review__notice__in=seen.notices, actor__isnull=False
    )
    people |= {step.actor for step in deciders.select_related("actor") if step.actor}
    return sorted(people, key=lambda user: user.pk)

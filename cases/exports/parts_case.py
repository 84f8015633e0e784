"""The parts of a case document that come from our own work on the person."""

from collections.abc import Sequence

from accounts.models import User
from cases.choices import NoteKind, ReviewAction
from cases.exports import document as doc
from cases.exports.parts_notice import title_of
from cases.exports.profiles import Part
from cases.exports.wording import coded, day, moment, partial_date, script_name
from cases.models import CaseFile, CaseNote, Review, ReviewTransition
from notices.choices import Level, NameSource
from notices.models import Notice, Person, PersonFact, PersonName
from notices.screening.facts import fact_label

# Steps of a review that say something about its outcome.
_TOLD = {
    ReviewAction.PROPOSE: "Proposed",
    ReviewAction.WITHDRAW: "Proposal withdrawn",
    ReviewAction.UNDO: "Step taken back",
    ReviewAction.CONFIRM: "Confirmed",
    ReviewAction.READ: "Read by a second person who did not know the first outcome",
    ReviewAction.AGREE: "Agreed with the other reading",
    ReviewAction.ADJUDICATE: "Decided between two readings",
    ReviewAction.RETURN: "Returned",
    ReviewAction.REOPEN: "Opened again",
    ReviewAction.CHANGE: "The notice changed",
    ReviewAction.WAKE: "Due again",
}
_FROM = {NameSource.FEED: "from the feed", NameSource.PERSON: "entered by a colleague"}


def person_part(
    *, person: Person, facts: Sequence[PersonFact], from_feeds_only: bool
) -> doc.Person:
    """Set the person: every spelling, originals first, and the facts with sources."""
    names = [
        name
        for name in person.names.all()
        if not from_feeds_only or name.source == NameSource.FEED
    ]
    names.sort(key=lambda name: (name.script == "Latn", name.pk))
    latin = next((str(name) for name in names if name.script == "Latn"), "")
    born = []
    if person.birth_date and not from_feeds_only:
        born = [doc.Row("Born", doc.Text(partial_date(person.birth_date)))]
    return doc.Person(
        latin=latin or (str(names[0]) if names else "Name not stated"),
        names=tuple(_name(name) for name in names),
        rows=(*born, *(_fact(fact) for fact in facts)),
    )


def decision_parts(
    *, notices: Sequence[Notice], reader: User
) -> tuple[doc.Decision, ...]:
    """Set the outcome of each review, each step with its author and reasons."""
    reviews = {
        review.notice_id: review
        for review in Review.objects.visible_to(reader).filter(notice__in=notices)
    }
    steps: dict[int, list[ReviewTransition]] = {}
    told = ReviewTransition.objects.filter(
        review__in=reviews.values(), action__in=_TOLD
    )
    for step in told.select_related("actor").order_by("version"):
        steps.setdefault(step.review_id, []).append(step)
    return tuple(
        doc.Decision(
            notice=title_of(notice),
            outcome=(
                review.get_outcome_display()
                if review.decided_at
                else f"Not decided: {review.get_state_display().lower()}"
            ),
            steps=tuple(_step(step) for step in steps.get(review.pk, [])),
        )
        for notice in notices
        if (review := reviews.get(notice.pk))
    )


def chronology_parts(
    notes: Sequence[CaseNote], parts: frozenset[Part]
) -> tuple[doc.Event, ...]:
    """Set the dated entries by date, those without a date last."""
    kinds = {NoteKind.EVENT, NoteKind.PROCEDURE}
    if Part.CONTACTS in parts:
        kinds.add(NoteKind.CONTACT)
    return tuple(
        doc.Event(
            when=partial_date(note.happened_on),
            kind=note.get_kind_display()
            + (" · lawyers only" if note.is_counsel_only else ""),
            text=doc.Text(note.text),
            source=doc.Text(note.source),
        )
        for note in notes
        if note.kind in kinds
    )


def note_parts(notes: Sequence[CaseNote]) -> tuple[doc.Note, ...]:
    """Set the notes that are no part of the chronology, oldest first."""
    plain = [note for note in notes if note.kind == NoteKind.NOTE]
    plain.sort(key=lambda note: note.written_at)
    return tuple(
        doc.Note(
            author=note.author.name,
            when=moment(note.written_at),
            text=doc.Text(note.text),
            counsel_only=note.is_counsel_only,
        )
        for note in plain
    )


def member_parts(case: CaseFile) -> tuple[doc.Member, ...]:
    """List everybody with access today."""
    members = case.members.current().select_related("user").order_by("role", "added_at")
    return tuple(
        doc.Member(
            name=member.user.name,
            role=member.get_role_display().lower(),
            reason=doc.Text(member.reason),
            since=f"since {day(member.added_at)}",
            until=f"until {day(member.until)}" if member.until else "no end",
        )
        for member in members
    )


def _name(name: PersonName) -> doc.Name:
    return doc.Name(
        value=doc.Text(str(name)),
        script=script_name(name.script),
        kind=name.get_kind_display(),
        source=_FROM[NameSource(name.source)],
    )


def _fact(fact: PersonFact) -> doc.Row:
    label = fact_label(fact)
    words = [label[:1].upper() + label[1:]]
    if fact.country:
        words.append(f"by {fact.country.name}")
    if fact.against:
        words.append(f"about {fact.against.name}")
    if fact.happened_on:
        words.append(partial_date(fact.happened_on))
    if fact.years is not None:
        words.append(f"{fact.years.normalize():f} years")
    if fact.ground:
        words.append(f"ground: {coded(fact.ground).lower()}")
    text = ", ".join(words)
    return doc.Row(
        label=fact.get_kind_display(),
        value=doc.Text(f"{text}\n{fact.detail}" if fact.detail else text),
        source=f"{Level(fact.level).label}. Source: {fact.source}",
    )


def _step(step: ReviewTransition) -> doc.Step:
    what = _TOLD[ReviewAction(step.action)]
    if step.outcome:
        what = f"{what}: {step.get_outcome_display()}"
    who = "the app"
    if step.actor:
        who = f"{step.actor.name}, {step.actor.get_role_display().lower()}"
    text = step.reason
    if step.innocent_explanation:
        text += f"\nInnocent explanation: {step.innocent_explanation}"
    return doc.Step(
        what=what,
        who=who,
        when=moment(step.at),
        reasons=step.get_reason_code_display() if step.reason_code else "",
        text=doc.Text(text.strip()),
    )

"""A case file opens, is linked to notices, and changes its text or its level."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import CaseLevel, CaseState, MemberRole, ReviewState
from cases.files.access import CaseRefused, is_restricted, lock_for_writing
from cases.files.alerts import tell_of_other_file
from cases.files.codes import deal_code
from cases.files.levels import LEVELS
from cases.models import CaseFile, CaseMember, CaseNotice, Glass, Review
from notices.choices import Confidentiality
from notices.models import Notice, Person
from notices.screening.facts import screen_protected

_DEALS = 50


class AlreadyOpen(CaseRefused):
    """The person has an open file that the actor may see; `case` is that file."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        super().__init__(f"{case.code} is already open for this person.")


class CaseConflict(CaseRefused):
    """Someone else changed the text meanwhile; `current` is the file as it is now."""

    def __init__(self, current: CaseFile) -> None:
        self.current = current
        super().__init__("Somebody changed this while you were writing.")


def open_case(
    *,
    review: Review,
    actor: User,
    at: datetime,
    level: str = CaseLevel.ORGANISATION,
    summary: str = "",
) -> CaseFile:
    """Open a case file for the person of a flagged notice and return it.

    The opener becomes its lead. A file from a restricted notice is restricted whatever
    `level` says. Raises `AlreadyOpen` for a file that `actor` may see, `CaseRefused`
    if the flag was not confirmed, `MissingCapability`. A file that `actor` may not see
    stays unseen: it stops nothing.
    """
    require(actor, Capability.OPEN_CASE)
    with transaction.atomic():
        # The lock holds the flag as it is until the file is open.
        flagged = (
            Review.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .select_related("notice__person")
            .get(pk=review.pk)
        )
        if flagged.state != ReviewState.FLAGGED:
            raise CaseRefused(
                "A case file opens from a flag that a second person confirmed; this "
                f"notice is “{flagged.get_state_display()}”."
            )
        notice = flagged.notice
        _refuse_second_file(notice.person, actor)
        if notice.confidentiality == Confidentiality.RESTRICTED:
            level = max(level, CaseLevel.RESTRICTED, key=LEVELS.index)
        case = _deal(
            person=notice.person,
            level=level,
            opened_from=flagged,
            opened_by=actor,
            opened_at=at,
            summary=summary,
        )
        CaseMember.objects.create(
            case=case,
            user=actor,
            role=MemberRole.LEAD,
            reason="Opened the file",
            added_by=actor,
            added_at=at,
        )
        CaseNotice.objects.create(
            case=case,
            notice=notice,
            linked_by=actor,
            linked_at=at,
            reason="The file opened from its flag",
        )
        tell_of_other_file(person=notice.person, by=actor, at=at)
        screen_protected(person=case.person_id, at=at)
        record(
            action=Action.CASE_OPENED,
            actor=actor,
            target=case,
            after={"code": case.code, "level": level, "notice": notice.key},
        )
    return case


def link_notice(
    *, case: CaseFile, notice: Notice, actor: User, at: datetime, reason: str
) -> CaseNotice:
    """Link one more notice that `actor` may see to the file.

    Raises `CaseRefused` if it is linked already or the reason is empty, `NotNamed`.
    """
    with transaction.atomic():
        locked = lock_for_writing(case, actor)
        seen = Notice.objects.visible_to(actor).get(pk=notice.pk)
        if not reason.strip():
            raise CaseRefused("Say why this notice belongs to the file.")
        if locked.links.filter(notice=seen).exists():
            raise CaseRefused(f"{seen} is already linked to {locked.code}.")
        link = CaseNotice.objects.create(
            case=locked, notice=seen, linked_by=actor, linked_at=at, reason=reason
        )
        record(
            action=Action.CASE_NOTICE_LINKED,
            actor=actor,
            target=locked,
            after={"notice": seen.key},
            reason=reason,
        )
    return link


def change_case(
    *,
    case: CaseFile,
    actor: User,
    seen_version: int,
    summary: str,
    public_consent: str,
) -> CaseFile:
    """Write the summary and the consent to a public export.

    `seen_version` is the version that the writer had before the eyes. Raises
    `CaseConflict` and writes nothing if the file has moved on, `NotNamed`.
    """
    with transaction.atomic():
        locked = lock_for_writing(case, actor)
        before = {"summary": locked.summary, "public_consent": locked.public_consent}
        after = {"summary": summary, "public_consent": public_consent}
        changed = {name for name in after if after[name] != before[name]}
        if not changed:
            return locked
        if locked.version != seen_version:
            raise CaseConflict(locked)
        locked.summary, locked.public_consent = summary, public_consent
        locked.version += 1
        locked.save(update_fields=["summary", "public_consent", "version"])
        record(
            action=Action.CASE_CHANGED,
            actor=actor,
            target=locked,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )
    return locked


def record_reading(*, case: CaseFile, reader: User, part: str) -> None:
    """Record that a restricted file was read; call before anything of it is shown.

    What is read through a broken glass is recorded on every file.
    """
    glass = open_glass(case=case, reader=reader)
    if glass is not None:
        after = {"part": part, "glass": glass.key}
        record(action=Action.CASE_READ, actor=reader, target=case, after=after)
    elif is_restricted(case):
        record(action=Action.CASE_READ, actor=reader, target=case, after={"part": part})


def open_glass(*, case: CaseFile, reader: User) -> Glass | None:
    """Return the broken glass through which `reader` sees the file, if that is how."""
    if not reader.can(Capability.BREAK_GLASS):
        return None
    return reader.glasses.open_at(timezone.now()).filter(case=case).first()


def _refuse_second_file(person: Person, actor: User) -> None:
    case = (
        CaseFile.objects.visible_to(actor)
        .filter(person=person, state=CaseState.OPEN)
        .first()
    )
    if case:
        raise AlreadyOpen(case)


def _deal(**fields: object) -> CaseFile:
    """Create the file under a code name that no other file has, seen or unseen."""
    for _ in range(_DEALS):
        code = deal_code()
        if CaseFile.objects.filter(code=code).exists():
            continue
        try:
            with transaction.atomic():
                return CaseFile.objects.create(code=code, **fields)
        except IntegrityError as error:
            if "case_one_open_per_person" in str(error):
                raise CaseRefused(
                    "A colleague has just opened a file for this person."
                ) from error
    raise CaseRefused("No code name is free. Ask the administrator to add some.")

"""What guards and ends a case file, for the world of `tests.config.world`."""

from accounts.choices import Role
from accounts.models import User
from cases.choices import (
    CaseLevel,
    ErasureScope,
    ExportProfile,
    ExportState,
    RetentionKind,
)
from cases.models import (
    CaseBar,
    CaseFile,
    Erasure,
    Expiry,
    ExpiryWarning,
    Export,
    Glass,
)
from notices.keys import key_of
from tests.factories import NOON, make_case, make_user


def will_go(case: CaseFile, owner: User) -> dict[str, str]:
    """The file will expire, and its owner asks for its erasure."""
    expiry = Expiry.objects.create(
        kind=RetentionKind.CASE_FILE, case=case, planned_at=NOON, due_on=NOON.date()
    )
    ExpiryWarning.objects.create(expiry=expiry, days=30, told_at=NOON)
    erasure = Erasure.objects.create(
        case=case,
        scope=ErasureScope.FILE,
        reason="Asked for in writing",
        asked_by=owner,
        asked_at=NOON,
    )
    return {"key": erasure.key}


def bar(case: CaseFile, owner: User) -> dict[str, str]:
    """Bar somebody; a file of the organisation bars nobody, so from another one."""
    if case.level == CaseLevel.ORGANISATION:
        case = make_case(
            lead=owner, code=f"HERON-{owner.pk}", level=CaseLevel.RESTRICTED
        )
    made = CaseBar.objects.create(
        case=case,
        user=make_user("Bar Red", Role.ANALYST),
        reason="A reason",
        barred_by=owner,
        barred_at=NOON,
    )
    return {"code": case.code, "key": key_of(made)}


def glass(case: CaseFile) -> str:
    return Glass.objects.create(
        code=case.code,
        case=case,
        reason="An emergency",
        asked_by=make_user("Ada Min", Role.ADMINISTRATOR),
        asked_at=NOON,
    ).key


def copy_to_sign(case: CaseFile, purpose: str) -> Export:
    """A public copy that a colleague asked for and a reviewer has to sign."""
    return Export.objects.create(
        case=case,
        requested_by=make_user("Asa Asker", Role.ADVOCACY),
        requested_at=NOON,
        profile=ExportProfile.PUBLIC,
        state=ExportState.UNSIGNED,
        purpose=purpose,
        recipient="A paper",
        consent="By letter",
    )

"""Case files beside the generated notices: one for each hundred, behind every wall.

A third is restricted, a tenth walled; four colleagues share each, and the reader who is
measured is named on one in twenty-five. One notice in five hundred is restricted, half
of them granted to that reader.
"""

import random
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from accounts.choices import Role
from accounts.models import User
from cases.choices import CaseLevel, MemberRole
from cases.models import CaseFile, CaseMember
from notices.choices import Confidentiality
from notices.models import Notice, NoticeGrant

PER_FILE, PER_RESTRICTED = 100, 500
_COLLEAGUES = 40
_START = datetime(2026, 1, 1, tzinfo=UTC)
_TABLES = (
    *("cases_casefile", "cases_casemember", "notices_notice"),
    *("notices_noticegrant", "accounts_user"),
)


@transaction.atomic
def put_up(*, rows: int, seed: int, reader: User) -> None:
    """Make the files and close the notices; `take_down` undoes it."""
    draw = random.Random(seed)  # noqa: S311 - invented data, the same for a seed
    colleagues = [
        User.objects.get_or_create(
            email=f"colleague{number}@bench.example",
            defaults={"name": f"Colleague {number}", "role": Role.LAWYER},
        )[0]
        for number in range(_COLLEAGUES)
    ]
    files = CaseFile.objects.bulk_create(
        CaseFile(
            code=f"BENCH-{number}",
            person_id=number * PER_FILE,
            level=_level(draw),
            opened_by=colleagues[0],
            opened_at=_START + timedelta(minutes=draw.randrange(500_000)),
            summary="An invented file",
        )
        for number in range(1, rows // PER_FILE + 1)
    )
    members: list[CaseMember] = []
    for file in files:
        named = draw.sample(colleagues, 4)
        if draw.randrange(25) == 0:
            named[3] = reader
        roles = (MemberRole.LEAD, MemberRole.KEEPER, *[MemberRole.MEMBER] * 2)
        members += [
            CaseMember(
                case=file,
                user=user,
                role=role,
                reason="Works on the file",
                added_by=colleagues[0],
                added_at=_START,
            )
            for user, role in zip(named, roles, strict=True)
        ]
    CaseMember.objects.bulk_create(members, batch_size=5000)
    closed = list(range(7, rows, PER_RESTRICTED))
    Notice.objects.filter(pk__in=closed).update(
        confidentiality=Confidentiality.RESTRICTED
    )
    NoticeGrant.objects.bulk_create(
        NoticeGrant(notice_id=pk, user=reader if pk % 2 else colleagues[0])
        for pk in closed
    )


def settle() -> None:
    """Tell the planner about what was made or taken away."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


@transaction.atomic
def take_down() -> None:
    """Leave the generated notices as they were found."""
    CaseFile.objects.filter(code__startswith="BENCH-").delete()
    NoticeGrant.objects.all().delete()
    Notice.objects.filter(confidentiality=Confidentiality.RESTRICTED).update(
        confidentiality=Confidentiality.PUBLIC
    )


def _level(draw: random.Random) -> str:
    part = draw.randrange(30)
    if part < 3:
        return CaseLevel.WALLED
    return CaseLevel.RESTRICTED if part < 13 else CaseLevel.ORGANISATION

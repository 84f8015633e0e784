"""A wall whose lead or keeper is gone: those who are left are told to name somebody.

An administrator may close an account at once, whatever it looks after, and knows no
file. So the files look for themselves (`cases.keeping.sweep`).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from cases.choices import STANDING_ROLES, AlertKind, CaseLevel
from cases.models import CaseAlert, CaseFile, CaseMember


def tell_of_fallen_walls(*, at: datetime) -> int:
    """Tell everybody who still reads a wall that lacks its lead or keeper, once a part.

    Returns how many were told. Twice: nobody is told again of the same part.
    """
    readers = CaseMember.objects.current().who_can_read_walls()
    able = readers.filter(case=OuterRef("case"), role=OuterRef("role"))
    standing = CaseMember.objects.current().filter(
        case__level=CaseLevel.WALLED, role__in=STANDING_ROLES, user__held_at=None
    )
    gone = standing.filter(~Exists(able)).select_related("user").order_by("pk")
    told = 0
    for part in gone:
        with transaction.atomic():
            case = CaseFile.objects.select_for_update().get(pk=part.case_id)
            left = readers.filter(case=case).exclude(user=part.user)
            known = case.alerts.filter(kind=AlertKind.WALL_ALONE, by=part.user)
            known = known.filter(at__gte=part.user.left_at or part.added_at)
            untold = left.exclude(user__in=known.values("user"))
            told += len(
                CaseAlert.objects.bulk_create(
                    CaseAlert(
                        case=case,
                        user_id=user,
                        kind=AlertKind.WALL_ALONE,
                        by=part.user,
                        at=at,
                    )
                    for user in untold.values_list("user", flat=True)
                )
            )
    return told

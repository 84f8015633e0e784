"""Telling the people who look after a file, in the app, what others did around it."""

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from cases.choices import STANDING_ROLES, AlertKind, CaseLevel, MemberRole
from cases.models import CaseAlert, CaseFile
from notices.models import Person


def tell_keepers(
    *,
    case: CaseFile,
    kind: AlertKind,
    by: User,
    at: datetime,
    until: datetime | None = None,
) -> list[CaseAlert]:
    """Tell the lead and the keeper of `case`, besides `by`; return the lines."""
    standing = case.members.current().filter(role__in=STANDING_ROLES)
    people = User.objects.filter(
        pk__in=standing.exclude(user=by).values("user"), is_active=True
    )
    return CaseAlert.objects.bulk_create(
        CaseAlert(case=case, user=user, kind=kind, by=by, at=at, until=until)
        for user in people
    )


def tell_of_other_file(*, person: Person, by: User, at: datetime) -> None:
    """Tell those who look after a file on `person` that `by` may not see.

    The one who opened another file is told nothing. A file without a keeper has its
    lead; call it whether there are such files or not.
    """
    seen = CaseFile.objects.visible_to(by).values("pk")
    unseen = CaseFile.objects.filter(
        ~Q(level=CaseLevel.ORGANISATION), person=person
    ).exclude(pk__in=seen)
    CaseAlert.objects.bulk_create(
        CaseAlert(
            case=case,
            user=keeper,
            kind=AlertKind.OTHER_FILE,
            by=by,
            at=at,
        )
        for case in unseen
        for keeper in _keepers(case)
    )


def see_alert(*, alert: CaseAlert, at: datetime) -> None:
    """Take a line off one's list; twice is harmless."""
    CaseAlert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=at)


def unseen_alerts(reader: User, *, limit: int = 20) -> list[CaseAlert]:
    """Return what `reader` has not seen yet, the newest first."""
    alerts = CaseAlert.objects.visible_to(reader).filter(seen_at=None)
    return list(alerts.select_related("case", "by")[:limit])


def _keepers(case: CaseFile) -> list[User]:
    for role in (MemberRole.KEEPER, MemberRole.LEAD):
        named = case.members.current().filter(role=role)
        people = list(User.objects.filter(pk__in=named.values("user"), is_active=True))
        if people:
            return people
    return []

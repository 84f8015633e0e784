"""An account that reads unusually much in an hour: written down, and others are told.

Nobody is locked out: an alarm that shuts people out is a weapon against them. What the
audit log has is counted from there, every few minutes; pages about people, which it has
not, are counted in the cache as they are read.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

import redis
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability, roles_with
from accounts.choices import ReadingKind
from accounts.mails import AccountMail
from accounts.models import AuditEntry, ReadingAlarm, User
from accounts.signing_in.codes import mail_about

HOUR = timedelta(hours=1)
# What one person can still do by hand in an hour of hard work.
MOST: Mapping[ReadingKind, int] = MappingProxyType(
    {
        ReadingKind.FILES: 150,
        ReadingKind.PEOPLE: 300,
        ReadingKind.COPIES: 15,
        ReadingKind.LOG: 10,
    }
)
_ACTIONS: Mapping[ReadingKind, tuple[Action, ...]] = MappingProxyType(
    {
        ReadingKind.FILES: (
            *(Action.CASE_READ, Action.CASE_LOG_READ),
            *(Action.FACTS_READ, Action.NOTICE_READ),
        ),
        ReadingKind.COPIES: (Action.EXPORT_REQUESTED, Action.EXPORT_DOWNLOADED),
        ReadingKind.LOG: (Action.AUDIT_EXPORTED, Action.AUDIT_TAKEN),
    }
)
log = logging.getLogger(__name__)


def watch_reading(*, at: datetime) -> int:
    """Count the last hour of the log; return how many alarms are new.

    Twice: one alarm an account, kind and hour.
    """
    raised = 0
    for kind, actions in _ACTIONS.items():
        entries = AuditEntry.objects.filter(
            action__in=[one.value for one in actions], at__gt=at - HOUR, at__lte=at
        )
        counted = (
            entries.exclude(actor_id_text="")
            .order_by()
            .values("actor_id_text")
            .annotate(number=Count("pk"))
            .filter(number__gt=MOST[kind])
        )
        for row in counted:
            number = row["number"]
            user = User.objects.get(pk=int(row["actor_id_text"]))
            raised += raise_alarm(user=user, kind=kind, count=number, at=at)
    return raised


def note_person_read(user: User, *, at: datetime) -> None:
    """Count one more page about a person; raise the alarm at the first too many.

    A page goes out even where the cache is away: it counts, it does not guard.
    """
    # Two halves of an hour, so that a full hour has no edge to hide behind.
    half = int(at.timestamp()) // 1800
    name = f"people-read:{user.pk}"
    try:
        cache.add(f"{name}:{half}", 0, 2 * 3600)
        count = cache.incr(f"{name}:{half}") + cache.get(f"{name}:{half - 1}", 0)
        many = count > MOST[ReadingKind.PEOPLE]
        is_first = many and cache.add(f"{name}:told:{at:%Y%m%d%H}", 1, 2 * 3600)
    except (redis.RedisError, ValueError) as error:
        log.warning("a page was not counted: %s", type(error).__name__)
        return
    if is_first:
        raise_alarm(user=user, kind=ReadingKind.PEOPLE, count=count, at=at)


def raise_alarm(*, user: User, kind: ReadingKind, count: int, at: datetime) -> bool:
    """Write an alarm down and mail those who look; False: it was raised this hour."""
    since = at.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        alarm, is_new = ReadingAlarm.objects.get_or_create(
            user=user,
            kind=kind,
            since=since,
            defaults={"count": count, "raised_at": at},
        )
        if not is_new:
            return False
        for reader in _watchers().exclude(pk=user.pk):
            tell = partial(mail_about, reader, AccountMail.READING_ALARM)
            transaction.on_commit(tell, robust=True)
        record(
            action=Action.MUCH_READ,
            actor=None,
            target=alarm,
            after={"reader": user.pk, "kind": kind.label, "in an hour": count},
        )
    return True


def unseen_alarms(reader: User) -> list[ReadingAlarm]:
    """Return what nobody has looked at yet, for those who look."""
    if not _looks(reader):
        return []
    alarms = ReadingAlarm.objects.filter(seen_at=None).select_related("user")
    return list(alarms[:20])


def see_alarm(*, alarm: ReadingAlarm, actor: User, at: datetime) -> None:
    """Note that somebody looked into it; nobody clears the alarm about themselves.

    Raises `MissingCapability`.
    """
    if not actor.can(Capability.READ_LOG):
        require(actor, Capability.SEE_USERS)
    with transaction.atomic():
        waiting = ReadingAlarm.objects.filter(pk=alarm.pk, seen_at=None)
        if waiting.exclude(user=actor).update(seen_by=actor, seen_at=at):
            record(action=Action.MUCH_READ_SEEN, actor=actor, target=alarm)


def _looks(user: User) -> bool:
    return user.can(Capability.SEE_USERS) or user.can(Capability.READ_LOG)


def _watchers() -> QuerySet[User]:
    roles = {*roles_with(Capability.SEE_USERS), *roles_with(Capability.READ_LOG)}
    return User.objects.filter(is_active=True, role__in=roles)

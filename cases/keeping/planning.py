"""Plans what will expire, warns of it, and asks somebody to have seen each warning.

Of files the people who lead them are warned, of everything else the administrators.
30, 14, 7 and 1 day ahead; what nobody acknowledged does not expire.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import STANDING_ROLES, ExpiryState, RetentionKind
from cases.files.access import CaseRefused, NotNamed, membership
from cases.keeping.rules import Rule, add_months, rule_of, rules
from cases.keeping.things import KINDS, closed_files
from cases.models import CaseFile, Expiry, ExpiryWarning

STEPS = (30, 14, 7, 1)
AHEAD = timedelta(days=STEPS[0])


def plan(*, at: datetime) -> None:
    """Plan what comes due within thirty days, call off what no longer does, warn.

    The first warning is thirty days before the end, however late it is seen: nothing
    goes sooner because a rule became shorter or nobody looked. Harmless when repeated.
    """
    for rule in rules():
        if rule.kind == RetentionKind.CASE_FILE:
            _plan_files(rule, at)
        else:
            _plan_kind(rule, at)
    for expiry in ahead():
        _warn(expiry, at)


def ahead() -> "Iterable[Expiry]":
    """Return what is planned, the soonest first."""
    planned = Expiry.objects.filter(state=ExpiryState.AHEAD)
    return planned.select_related("case").prefetch_related("warnings__acknowledged_by")


def waits_because(expiry: Expiry, *, held: bool) -> str:
    """Return why it does not go although its day has come; empty if it may go."""
    if held:
        return "a legal hold stands"
    told = {warning.days: warning for warning in expiry.warnings.all()}
    if not all(step in told and told[step].acknowledged_at for step in STEPS):
        return "a warning was not acknowledged"
    return ""


def acknowledge(*, expiry: Expiry, actor: User, at: datetime) -> int:
    """Note that `actor` has seen every warning so far; return how many were new.

    Raises `NotNamed` unless it is theirs to answer, `CaseRefused` if it is over, or
    of a kind whose rule `actor` set: that takes another administrator.
    """
    with transaction.atomic():
        locked = Expiry.objects.select_for_update().get(pk=expiry.pk)
        if locked.state != ExpiryState.AHEAD:
            raise CaseRefused("This is over.")
        if not may_acknowledge(locked, actor):
            raise NotNamed("Only those who were warned can say that they have seen it.")
        if set_the_rule(locked, actor):
            raise CaseRefused(
                "You set this rule. Another administrator has to say that they have "
                "seen the warning."
            )
        count = locked.warnings.filter(acknowledged_at=None).update(
            acknowledged_by=actor, acknowledged_at=at
        )
        if count:
            record(
                action=Action.EXPIRY_ACKNOWLEDGED,
                actor=actor,
                target=locked.case or locked,
                after={"due": locked.due_on, "warnings": count},
            )
    return count


def may_acknowledge(expiry: Expiry, user: User) -> bool:
    """Tell whether `user` is among those who are warned."""
    if expiry.case is None:
        return user.can(Capability.SET_RETENTION)
    member = membership(expiry.case, user)
    seen = CaseFile.objects.visible_to(user).filter(pk=expiry.case.pk).exists()
    return seen and member is not None and member.role in STANDING_ROLES


def set_the_rule(expiry: Expiry, user: User) -> bool:
    """Tell whether a kind goes by a rule that `user` set."""
    if expiry.case_id is not None:
        return False
    decided = current_rule(expiry).decided
    return decided is not None and decided.set_by_id == user.pk


def warned_people(expiry: Expiry) -> list[User]:
    """Return who is warned: who looks after the file, or those who set the rules."""
    users = User.objects.filter(is_active=True)
    if expiry.case is not None:
        current = expiry.case.members.current().filter(role__in=STANDING_ROLES)
        users = users.filter(pk__in=current.values("user_id"))
    return [user for user in users if may_acknowledge(expiry, user)]


def _plan_files(rule: Rule, at: datetime) -> None:
    today = timezone.localdate(at)
    for expiry in Expiry.objects.filter(
        state=ExpiryState.AHEAD, kind=rule.kind
    ).select_related("case"):
        case = expiry.case
        closed = case.closed_at if case else None
        day = _last_day(rule, closed)
        if day is None or day > max(expiry.due_on, today + AHEAD):
            _call_off(expiry, at)
    if rule.months is None:
        return
    planned = Expiry.objects.filter(state=ExpiryState.AHEAD, kind=rule.kind)
    for case in closed_files(at).exclude(pk__in=planned.values("case_id")):
        due = _last_day(rule, case.closed_at)
        if due and due <= today + AHEAD:
            Expiry.objects.create(
                kind=rule.kind,
                case=case,
                planned_at=at,
                due_on=max(due, today + AHEAD),
            )


def _last_day(rule: Rule, closed: datetime | None) -> date | None:
    if rule.months is None or closed is None:
        return None
    return add_months(timezone.localdate(closed), rule.months)


def _plan_kind(rule: Rule, at: datetime) -> None:
    """One batch of a kind at a time: what is too old on the day on which it goes."""
    planned = Expiry.objects.filter(state=ExpiryState.AHEAD, kind=rule.kind).first()
    until = _too_old(rule, at)
    if planned is not None:
        if until is None or (planned.until and planned.until > until):
            _call_off(planned, at)
        return
    if until is not None and KINDS[rule.kind].older_than(until).exists():
        Expiry.objects.create(
            kind=rule.kind,
            until=until,
            planned_at=at,
            due_on=timezone.localdate(at + AHEAD),
        )


def _too_old(rule: Rule, at: datetime) -> datetime | None:
    """Return the moment before which things are too old thirty days after `at`."""
    if rule.months is None:
        return None
    then = at + AHEAD
    day = add_months(timezone.localdate(then), -rule.months)
    return timezone.localtime(then).replace(year=day.year, month=day.month, day=day.day)


def _call_off(expiry: Expiry, at: datetime) -> None:
    Expiry.objects.filter(pk=expiry.pk, state=ExpiryState.AHEAD).update(
        state=ExpiryState.CALLED_OFF, ended_at=at
    )


def _warn(expiry: Expiry, at: datetime) -> None:
    days = (expiry.due_on - timezone.localdate(at)).days
    told = set(expiry.warnings.values_list("days", flat=True))
    fresh = [step for step in STEPS if days <= step and step not in told]
    if not fresh:
        return
    with transaction.atomic():
        ExpiryWarning.objects.bulk_create(
            [ExpiryWarning(expiry=expiry, days=step, told_at=at) for step in fresh],
            ignore_conflicts=True,
        )
        record(
            action=Action.EXPIRY_WARNED,
            actor=None,
            target=expiry.case or expiry,
            after={"due": expiry.due_on, "days": days},
        )


def current_rule(expiry: Expiry) -> Rule:
    return rule_of(RetentionKind(expiry.kind))

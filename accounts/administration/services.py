"""Adding people, changing what they may do, and closing their access."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.choices import Role
from accounts.models import User


class Refused(Exception):
    """The change is not possible; the message says why and what to do."""


class EmailTaken(Refused):
    """Somebody has this address already."""


def add_user(*, actor: User, email: str, name: str, role: str) -> User:
    """Create a user who has no password yet and return it.

    Raises `MissingCapability`, and `EmailTaken` if somebody has the address.
    """
    require(actor, Capability.SEE_USERS)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, name=name, role=role)
            record(
                action=Action.USER_CREATED,
                actor=actor,
                target=user,
                after={"name": user.name, "email": user.email, "role": user.role},
            )
    except IntegrityError as error:
        if "user_email" not in str(error) and "accounts_user_email" not in str(error):
            raise
        raise EmailTaken(f"{email} belongs to a user already.") from None
    return user


def change_role(
    *, user_id: int, actor: User, role: str, at: datetime, reason: str = ""
) -> User:
    """Give `user` another role and end the sessions that had the old one.

    Raises `Refused` if nobody would be left to administer.
    """
    with transaction.atomic():
        user = _locked(user_id=user_id, actor=actor)
        before = user.role
        if before == role:
            return user
        if before == Role.ADMINISTRATOR:
            _keep_an_administrator(without=user)
        user.role, user.sessions_ended_at = role, at
        user.save(update_fields=["role", "sessions_ended_at"])
        record(
            action=Action.USER_ROLE_CHANGED,
            actor=actor,
            target=user,
            before={"role": before},
            after={"role": role},
            reason=reason,
        )
    return user


def deactivate(*, user_id: int, actor: User, at: datetime, reason: str = "") -> User:
    """Close a user's access: from now on no session of theirs opens anything.

    Raises `Refused` if nobody would be left to administer.
    """
    with transaction.atomic():
        user = _locked(user_id=user_id, actor=actor)
        if not user.is_active:
            return user
        if user.role == Role.ADMINISTRATOR:
            _keep_an_administrator(without=user)
        user.is_active, user.sessions_ended_at = False, at
        user.save(update_fields=["is_active", "sessions_ended_at"])
        record(action=Action.USER_DEACTIVATED, actor=actor, target=user, reason=reason)
    return user


def reactivate(*, user_id: int, actor: User, reason: str = "") -> User:
    """Open a user's access again; they sign in anew."""
    with transaction.atomic():
        user = _locked(user_id=user_id, actor=actor)
        if user.is_active:
            return user
        user.is_active = True
        user.save(update_fields=["is_active"])
        record(action=Action.USER_REACTIVATED, actor=actor, target=user, reason=reason)
    return user


def end_sessions(*, user_id: int, actor: User, at: datetime) -> User:
    """Sign a user out on every device."""
    with transaction.atomic():
        user = _locked(user_id=user_id, actor=actor)
        user.sessions_ended_at = at
        user.save(update_fields=["sessions_ended_at"])
        record(action=Action.USER_SESSIONS_ENDED, actor=actor, target=user)
    return user


def _locked(*, user_id: int, actor: User) -> User:
    """Lock every active administrator and the user, then look.

    All changes of rights wait for each other here, always in the same order, so that
    two administrators cannot remove each other at the same moment.
    """
    locked = {
        user.pk: user
        for user in User.objects.select_for_update()
        .filter(
            Q(role=Role.ADMINISTRATOR, is_active=True) | Q(pk__in=[user_id, actor.pk])
        )
        .order_by("pk")
    }
    require(locked[actor.pk], Capability.SEE_USERS)
    return locked[user_id]


def _keep_an_administrator(*, without: User) -> None:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    if not others.exclude(pk=without.pk).exists():
        raise Refused(
            f"{without.name} is the last active administrator. "
            "Make somebody else administrator first."
        )

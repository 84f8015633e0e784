"""Adding people, changing what they may do, and closing their access."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.access import require
from accounts.administration.walls import lock_walls_of, why_a_wall_falls
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability, exports, roles_with
from accounts.choices import Role
from accounts.models import AdministratorRequest, BrowserSession, LostFactor, User
from accounts.tokens.services import revoke_all
from accounts.vouching import vouch

_VOUCHED = ("vouched_by", "vouched_at")


class Refused(Exception):
    """The change is not possible; the message says why and what to do."""


class EmailTaken(Refused):
    """Somebody has this address already."""


class NeedsSecond(Refused):
    """A second administrator has to confirm (`accounts.administration.second`)."""

    def __init__(self) -> None:
        super().__init__("Another administrator has to confirm a new administrator.")


def add_user(*, actor: User, email: str, name: str, role: str, at: datetime) -> User:
    """Create a user who has no password yet and return it.

    An administrator beside others stays closed until a second one confirms. Raises
    `MissingCapability`, and `EmailTaken` if somebody has the address.
    """
    require(actor, Capability.SEE_USERS)
    try:
        with transaction.atomic():
            # Two of these at once by the only administrator wait for each other.
            locked_with_administrators(user_id=actor.pk, actor=actor)
            alone = role != Role.ADMINISTRATOR or not _others_administer(actor)
            user = User.objects.create_user(
                email=email,
                name=name,
                role=role,
                is_active=alone,
                vouched_by=actor,
                vouched_at=at,
            )
            record(
                action=Action.USER_CREATED,
                actor=actor,
                target=user,
                after={"name": user.name, "email": user.email, "role": user.role},
            )
    except IntegrityError as error:
        raise _taken(email, error) from None
    return user


def change_person(
    *, user_id: int, actor: User, name: str, email: str, at: datetime
) -> User:
    """Correct a user's name or address; sessions and tokens end with the old address.

    Raises `EmailTaken` if somebody has the address, `Refused` for one's own.
    """
    try:
        with transaction.atomic():
            user = locked_with_administrators(user_id=user_id, actor=actor)
            before = {"name": user.name, "email": user.email}
            after = {"name": name, "email": email.strip().lower()}
            if before == after:
                return user
            user.name, user.email = after["name"], after["email"]
            if before["email"] != user.email:
                if user.pk == actor.pk:
                    raise Refused(
                        "Nobody changes their own address. Ask another administrator."
                    )
                cut_off(user, at=at)
                vouch(user, by=actor, at=at)
                # Else the old address would still do for signing in.
                EmailAddress.objects.filter(user=user).delete()
            user.save(update_fields=["name", "email", "sessions_ended_at", *_VOUCHED])
            record(
                action=Action.USER_CHANGED,
                actor=actor,
                target=user,
                before={key: old for key, old in before.items() if old != after[key]},
                after={key: new for key, new in after.items() if new != before[key]},
            )
    except IntegrityError as error:
        raise _taken(email, error) from None
    return user


def change_role(
    *, user_id: int, actor: User, role: str, at: datetime, reason: str = ""
) -> User:
    """Give `user` another role; sessions and tokens that had the old one end.

    Nobody may export in a new role until somebody allows it anew. Raises `Refused` if
    nobody would be left to administer, for one's own role, and if a closed file would
    be left without its two people; `NeedsSecond` where another one has to confirm.
    """
    with transaction.atomic():
        lock_walls_of(user_id)
        user = locked_with_administrators(user_id=user_id, actor=actor)
        before = user.role
        if before == role:
            return user
        if before == Role.ADMINISTRATOR:
            _keep_an_administrator(without=user)
        if user.pk == actor.pk:
            raise Refused("Nobody changes their own role. Ask another administrator.")
        if role == Role.ADMINISTRATOR and _others_administer(actor):
            raise NeedsSecond
        if role not in roles_with(Capability.SEE_WALLED_CASES):
            _require_no_wall_falls(user)
        user.role, user.may_export = role, False
        cut_off(user, at=at)
        vouch(user, by=actor, at=at)
        _drop_requests(user)
        user.save(update_fields=["role", "sessions_ended_at", "may_export", *_VOUCHED])
        record(
            action=Action.USER_ROLE_CHANGED,
            actor=actor,
            target=user,
            before={"role": before},
            after={"role": role},
            reason=reason,
        )
    return user


def deactivate(
    *,
    user_id: int,
    actor: User,
    at: datetime,
    reason: str = "",
    at_once: bool = False,
) -> User:
    """Close a user's access: from now on no session and no token of theirs opens
    anything.

    `left_at` tells the layers above to end what the person kept up, for good: follows
    and digests do not come back with the account, and neither does the right to
    export. Raises `Refused` if nobody would be left to administer, or if a closed file
    would be left without its two people. `at_once` closes the account even so, such as
    after a theft; the others on the file are told to name somebody.
    """
    with transaction.atomic():
        lock_walls_of(user_id)
        user = locked_with_administrators(user_id=user_id, actor=actor)
        if not user.is_active:
            return user
        if user.role == Role.ADMINISTRATOR:
            _keep_an_administrator(without=user)
        if not at_once:
            _require_no_wall_falls(user)
        user.is_active, user.may_export = False, False
        user.left_at = at
        cut_off(user, at=at)
        _drop_requests(user)
        user.save(
            update_fields=["is_active", "may_export", "sessions_ended_at", "left_at"]
        )
        record(
            action=Action.USER_DEACTIVATED,
            actor=actor,
            target=user,
            after={"at_once": True} if at_once else None,
            reason=reason,
        )
    return user


def reactivate(*, user_id: int, actor: User, at: datetime, reason: str = "") -> User:
    """Open a user's access again; they sign in anew.

    Raises `NeedsSecond` for an administrator beside others.
    """
    with transaction.atomic():
        user = locked_with_administrators(user_id=user_id, actor=actor)
        if user.is_active:
            return user
        if user.role == Role.ADMINISTRATOR and _others_administer(actor):
            raise NeedsSecond
        user.is_active, user.held_at = True, None
        vouch(user, by=actor, at=at)
        user.save(update_fields=["is_active", "held_at", *_VOUCHED])
        record(action=Action.USER_REACTIVATED, actor=actor, target=user, reason=reason)
    return user


def set_export_right(*, user_id: int, actor: User, allowed: bool, reason: str) -> User:
    """Let a user export what the role and the files that name them allow, or no longer.

    It counts at once, for copies made earlier too. Raises `Refused` without a reason,
    for a role that exports nothing and for one's own right.
    """
    if not reason.strip():
        raise Refused("Say why; it is kept in the log.")
    with transaction.atomic():
        user = locked_with_administrators(user_id=user_id, actor=actor)
        if user.may_export == allowed:
            return user
        if user.pk == actor.pk:
            raise Refused("Nobody gives themselves the right to export.")
        if allowed and not (user.is_active and exports(user.role)):
            raise Refused(f"{user.name} has no role that exports anything.")
        user.may_export = allowed
        user.save(update_fields=["may_export"])
        record(
            action=(
                Action.USER_EXPORT_ALLOWED if allowed else Action.USER_EXPORT_WITHDRAWN
            ),
            actor=actor,
            target=user,
            reason=reason,
        )
    return user


def end_sessions(*, user_id: int, actor: User, at: datetime) -> User:
    """Sign a user out on every device and end their tokens: a laptop may be lost."""
    with transaction.atomic():
        user = locked_with_administrators(user_id=user_id, actor=actor)
        cut_off(user, at=at)
        user.save(update_fields=["sessions_ended_at"])
        record(action=Action.USER_SESSIONS_ENDED, actor=actor, target=user)
    return user


def cut_off(user: User, *, at: datetime) -> None:
    """End every session and token of `user`; the caller saves `sessions_ended_at`."""
    user.sessions_ended_at = at
    BrowserSession.objects.filter(user=user).delete()
    revoke_all(owner=user, at=at)


def _others_administer(actor: User) -> bool:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return others.exclude(pk=actor.pk).exists()


def _require_no_wall_falls(user: User) -> None:
    if why := why_a_wall_falls(user):
        raise Refused(why)


def _drop_requests(user: User) -> None:
    """Nobody confirms any more what `user` asked for as administrator."""
    AdministratorRequest.objects.filter(asked_by=user, confirmed_at=None).delete()
    LostFactor.objects.filter(asked_by=user, confirmed_at=None).delete()


def _taken(email: str, error: IntegrityError) -> Exception:
    """Return what to raise for a write that the database refused."""
    if "user_email" in str(error):
        return EmailTaken(f"{email} belongs to a user already.")
    return error


def locked_with_administrators(*, user_id: int, actor: User) -> User:
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

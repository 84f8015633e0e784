"""Changing one's own account."""

from django.db import transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User


def change_profile(
    *, user: User, name: str, time_zone: str, theme: str, single_keys: bool
) -> User:
    """Store how `user` is called, sees and works pages; log it when the name changes.

    A colour, a key or a time zone is nobody else's business and leaves no entry.
    """
    with transaction.atomic():
        current = User.objects.select_for_update().get(pk=user.pk)
        before = current.name
        current.name, current.time_zone, current.theme = name, time_zone, theme
        current.single_keys = single_keys
        current.save(update_fields=["name", "time_zone", "theme", "single_keys"])
        if before != name:
            record(
                action=Action.USER_CHANGED,
                actor=current,
                target=current,
                before={"name": before},
                after={"name": name},
            )
    return current


def change_theme(*, user: User, theme: str) -> None:
    """Store the colours that `user` wants on every device."""
    User.objects.filter(pk=user.pk).update(theme=theme)

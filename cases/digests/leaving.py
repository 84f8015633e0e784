"""Ends what people kept up when their account was closed: for good, not for a while.

The layer of accounts knows no follows. It notes when somebody left, every look-up here
heeds that at once, and the next sweep takes the rows away and says so in the log.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.models import DigestSetting, Follow

_WHY = "The account was closed."


def end_for_leavers(*, at: datetime) -> None:
    """Stop the digests and end the follows that somebody left behind. Twice: nothing is
    left to end, also for those whose account was opened again meanwhile.
    """
    left = DigestSetting.objects.filter(
        stopped_at=None, since__lte=F("reader__left_at")
    ).select_related("reader")
    for setting in left:
        with transaction.atomic():
            running = DigestSetting.objects.filter(pk=setting.pk, stopped_at=None)
            if running.filter(since=setting.since).update(stopped_at=at):
                record(
                    action=Action.DIGEST_STOPPED,
                    actor=None,
                    target=setting,
                    reason=_WHY,
                )
    behind = Follow.objects.filter(created_at__lte=F("reader__left_at"))
    for reader in User.objects.filter(pk__in=behind.values("reader")):
        with transaction.atomic():
            end_left_behind(reader)


def end_left_behind(reader: User) -> None:
    """End the follows of `reader` from before the account was closed. Call inside a
    transaction.
    """
    if reader.left_at is None:
        return
    ended, _ = Follow.objects.filter(
        reader=reader, created_at__lte=reader.left_at
    ).delete()
    if ended:
        record(
            action=Action.FOLLOWS_LEFT,
            actor=None,
            target=reader,
            before={"follows": ended},
            reason=_WHY,
        )

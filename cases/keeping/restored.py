"""After a restore mail stays in the house until somebody says go."""

from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.models import DigestSetting, Restoration


def waiting_for_go() -> Restoration | None:
    """Return the restore after which mail is still held."""
    return Restoration.objects.filter(mail_released_at=None).first()


def release_mail(*, actor: User, at: datetime) -> int:
    """Let digests go out again; return for how many readers.

    They begin anew now: of a period that began before, nothing is sent, because nobody
    can know what was. Readers who had stopped their digest keep it stopped.
    """
    require(actor, Capability.SEE_HEALTH)
    with transaction.atomic():
        restored = list(
            Restoration.objects.select_for_update().filter(mail_released_at=None)
        )
        held = DigestSetting.objects.filter(
            stopped_at__in=[one.restored_at for one in restored]
        )
        count = held.update(stopped_at=None, since=at)
        for one in restored:
            one.mail_released_by, one.mail_released_at = actor, at
            one.save(update_fields=["mail_released_by", "mail_released_at"])
        if restored:
            record(action=Action.MAIL_RELEASED, actor=actor, after={"readers": count})
    return count

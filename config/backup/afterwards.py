"""What happens in a restored installation before anybody uses it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import BrowserSession, User
from cases.keeping.replay import replay
from cases.keeping.tombstone_list import Stone
from cases.models import DigestSetting
from config.backup.manifest import Manifest
from config.database_roles import AppRole, RolesRefused, prepare


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`erased_again`: what the backup still held and had been erased since.
    `accounts_held`: how many wait until an administrator opens them. `role_trouble`:
    why the app's own role of the database has no rights yet.
    """

    erased_again: int
    mail_held_for: int
    accounts_held: int
    role_trouble: str


def settle(*, manifest: Manifest, erased: list[Stone], at: datetime) -> Aftermath:
    """Erase again what was erased since the backup and write down the restoring."""
    again = sum(replay(stone=stone, at=at) for stone in erased)
    held = DigestSetting.objects.filter(stopped_at=at).count()
    accounts = User.objects.filter(held_at=at).count()
    with transaction.atomic():
        BrowserSession.objects.all().delete()
        record(
            action=Action.BACKUP_RESTORED,
            actor=None,
            after={
                "backup_of": manifest.made_at,
                "head": manifest.audit_head["seq"],
                "erased_again": again,
                "mail_held_for": held,
                "accounts_held": accounts,
            },
        )
    return Aftermath(again, held, accounts, _give_rights())


def _give_rights() -> str:
    """Give the app's own role its rights on the new tables, if it has one."""
    if not settings.OWNER_DATABASE_URL:
        return ""
    try:
        prepare(AppRole.of(settings.APP_DATABASE_URL))
    except RolesRefused as error:
        return str(error)
    return ""

"""Gives the app a role of the database of its own."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.database_roles import AppRole, RolesRefused, prepare


class Command(BaseCommand):
    help = (
        "Makes the role of DATABASE_URL if it is not there and gives it the rights "
        "that the app needs: everything but changing the audit log. Signs in by "
        "OWNER_DATABASE_URL. Run it after each migration; twice changes nothing. "
        "Example: manage.py migrate && manage.py prepare_roles"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.OWNER_DATABASE_URL:
            raise CommandError(
                "There is one role only. Put the address with the owner of the tables "
                "into OWNER_DATABASE_URL, and the app's own into DATABASE_URL."
            )
        role = AppRole.of(settings.APP_DATABASE_URL)
        try:
            made = prepare(role)
        except RolesRefused as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            f"The role {role.name} {'was made and ' if made else ''}has its rights."
        )

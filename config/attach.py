"""What every entry point calls before it uses the database or the broker."""

import os

from django.conf import settings

# Commands that must also work when the servers are down, or do not need them.
SERVERLESS = {"help", "version", "services", "collectstatic", "explain_deadline"}


# Commands that change tables: they sign in by OWNER_DATABASE_URL, if it is given.
OWNERS_COMMANDS = {"migrate", "prepare_roles", "restore"}


def attach() -> None:
    """Bring the embedded servers up, if this installation depends on them.

    Raises `config.embedded.EmbeddedError` when they cannot be started.
    """
    if settings.EMBEDDED:
        settings.INSTALLATION.attach()


def attach_for(arguments: list[str]) -> None:
    """Do so if the management command of these arguments needs them."""
    command = _command(arguments)
    if command not in SERVERLESS and not {"-h", "--help"} & set(arguments):
        attach()


def act_as_owner_for(arguments: list[str]) -> None:
    """Let such a command sign in as the owner; call it before settings are read."""
    if _command(arguments) in OWNERS_COMMANDS:
        os.environ["AS_OWNER"] = "1"


def _command(arguments: list[str]) -> str:
    return next((word for word in arguments[1:] if not word.startswith("-")), "help")

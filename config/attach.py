"""What every entry point calls before it uses the database or the broker."""

from django.conf import settings

# Commands that must also work when the servers are down, or do not need them.
SERVERLESS = {"help", "version", "services", "collectstatic", "explain_deadline"}


def attach() -> None:
    """Bring the embedded servers up, if this installation depends on them.

    Raises `config.embedded.EmbeddedError` when they cannot be started.
    """
    if settings.EMBEDDED:
        settings.INSTALLATION.attach()


def attach_for(arguments: list[str]) -> None:
    """Do so if the management command of these arguments needs them."""
    command = next((word for word in arguments[1:] if not word.startswith("-")), "help")
    if command not in SERVERLESS and not {"-h", "--help"} & set(arguments):
        attach()

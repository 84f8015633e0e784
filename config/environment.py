"""Reads settings from the environment, or from the files that it names."""

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping


class Values(FileAwareMapping):
    """`NAME`, or the contents of the file `NAME_FILE` without blanks at the ends.

    Files of secrets are written with an editor or `echo`, so they end with a line
    break, which would become a part of a password or of a database's name.
    """

    def __getitem__(self, key: str) -> str:
        try:
            value: str = super().__getitem__(key)
        except OSError as error:
            raise ImproperlyConfigured(
                f"{key}_FILE names a file that cannot be read: {error}."
            ) from error
        return value.strip()


class Environment(environ.Env):
    """django-environ's typed readers over these values."""

    ENVIRON = Values()

#!/usr/bin/env python
"""Runs a management command of the tracker: `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.attach import act_as_owner_for, attach_for
from config.embedded import EmbeddedError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    act_as_owner_for(sys.argv)
    try:
        attach_for(sys.argv)
    except (EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

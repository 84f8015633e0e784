"""The door for a production WSGI server (granian, gunicorn)."""

import os

from django.core.wsgi import get_wsgi_application

from config.attach import attach

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

attach()
application = get_wsgi_application()

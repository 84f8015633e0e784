"""Assembly only: settings, URLs, the Celery app and the embedded services."""

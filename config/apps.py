from django.apps import AppConfig

# Tasks bind to the app that exists when they are first called, so it is made with the
# other apps; not in the package itself, which the keeper imports and must stay light.
from config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    name = "config"
    default_auto_field = "django.db.models.BigAutoField"

from django.urls import URLPattern, URLResolver, path

from cases.alerts import pages as alerts
from cases.work import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("work/", pages.work, name="work"),
    path("work/alerts/", alerts.count, name="alert-count"),
    path("work/alerts/seen/", alerts.seen, name="desk-alerts-seen"),
    path(
        "work/translations/<slug:key>/",
        pages.translation_done,
        name="translation-done",
    ),
]

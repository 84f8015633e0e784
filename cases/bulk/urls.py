from django.urls import URLPattern, URLResolver, path

from cases.bulk import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("bulk/", pages.new, name="bulk-new"),
    path("bulk/<slug:key>/", pages.bulk, name="bulk"),
    path("bulk/<slug:key>/start/", pages.start, name="bulk-start"),
    path("bulk/<slug:key>/undo/", pages.undo, name="bulk-undo"),
]

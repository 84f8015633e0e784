from django.urls import URLPattern, URLResolver, path

from cases.views import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/views/", pages.views, name="views"),
    path("inbox/views/add/", pages.add, name="view-add"),
    path("inbox/views/<slug:key>/change/", pages.change, name="view-change"),
    path("inbox/views/<slug:key>/delete/", pages.delete, name="view-delete"),
]

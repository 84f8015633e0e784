from django.urls import URLPattern, URLResolver, path

from cases.by_hand import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/new/", pages.notice_by_hand, name="notice-new"),
]

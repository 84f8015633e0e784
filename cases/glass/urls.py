from django.urls import URLPattern, URLResolver, path

from cases.glass import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("administration/glass/", pages.glass_list, name="glass"),
    path(
        "administration/glass/<slug:key>/answer/",
        pages.glass_answer,
        name="glass-answer",
    ),
    path("administration/glass/<slug:key>/end/", pages.glass_end, name="glass-end"),
    path(
        "cases/<slug:code>/glass/<slug:key>/end/",
        pages.case_glass_end,
        name="case-glass-end",
    ),
]

from django.urls import URLPattern, URLResolver, path

from cases.files import chronology, people, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/", views.case_list, name="case-list"),
    path("cases/new/<slug:notice>/", views.case_new, name="case-new"),
    path("cases/<slug:code>/", views.case_overview, name="case"),
    path("cases/<slug:code>/text/", views.case_text, name="case-text"),
    path("cases/<slug:code>/level/", views.case_level, name="case-level"),
    path(
        "cases/<slug:code>/chronology/",
        chronology.case_chronology,
        name="case-chronology",
    ),
    path(
        "cases/<slug:code>/chronology/<str:key>/",
        chronology.case_entry,
        name="case-entry",
    ),
    path("cases/<slug:code>/notices/", views.case_notices, name="case-notices"),
    path("cases/<slug:code>/people/", people.case_people, name="case-people"),
    path(
        "cases/<slug:code>/people/<str:key>/end/",
        people.case_end_access,
        name="case-end-access",
    ),
]

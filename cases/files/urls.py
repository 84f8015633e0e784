from django.urls import URLPattern, URLResolver, path

from cases.files import alert_pages, chronology, level_pages, people, sight_pages, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/", views.case_list, name="case-list"),
    path("administration/who-sees/", sight_pages.who_sees, name="who-sees"),
    path("alerts/<slug:key>/seen/", alert_pages.alert_seen, name="alert-seen"),
    path("cases/new/<slug:notice>/", views.case_new, name="case-new"),
    path("cases/<slug:code>/", views.case_overview, name="case"),
    path("cases/<slug:code>/text/", views.case_text, name="case-text"),
    path("cases/<slug:code>/level/", level_pages.case_level, name="case-level"),
    path("cases/<slug:code>/level/lower/", level_pages.case_lower, name="case-lower"),
    path(
        "cases/<slug:code>/level/answer/",
        level_pages.case_lower_answer,
        name="case-lower-answer",
    ),
    path("cases/<slug:code>/state/", level_pages.case_state, name="case-state"),
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
    path("cases/<slug:code>/people/sight/", sight_pages.case_sight, name="case-sight"),
    path("cases/<slug:code>/people/bar/", people.case_bar, name="case-bar"),
    path(
        "cases/<slug:code>/people/bar/<str:key>/end/",
        people.case_end_bar,
        name="case-end-bar",
    ),
    path(
        "cases/<slug:code>/people/<str:key>/end/",
        people.case_end_access,
        name="case-end-access",
    ),
]

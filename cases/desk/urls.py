from django.urls import URLPattern, URLResolver, path

from cases.desk import (
    acting,
    decide,
    inbox,
    lists,
    notice,
    notice_versions,
    readers,
    reading,
    searching,
    today,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/counts/", inbox.counts, name="inbox-counts"),
    path("inbox/reading/", readers.reading_now, name="inbox-reading"),
    path("inbox/notice/<slug:key>/", reading.reading, name="inbox-notice"),
    path("inbox/notice/<slug:key>/<slug:step>/", acting.act, name="inbox-act"),
    path("notices/", lists.notices, name="notice-list"),
    path("notices/<slug:key>/", notice.notice, name="notice"),
    path("notices/<slug:key>/decision/", decide.decision, name="decision"),
    path("notices/<slug:key>/decision/<slug:action>/", decide.move, name="review-move"),
    path(
        "notices/<slug:key>/received/<slug:record>/",
        notice_versions.record_file,
        name="notice-record",
    ),
    path("notices/<slug:key>/<slug:tab>/", notice.notice, name="notice-tab"),
    path("people/", lists.people, name="people"),
    path("people/<slug:key>/", lists.person, name="person"),
    path("countries/", lists.countries, name="countries"),
    path("countries/<slug:slug>/", lists.country, name="country"),
    path("search/", searching.search, name="search"),
    path("palette/", searching.palette, name="palette"),
]

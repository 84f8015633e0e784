from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # Before the desk: an address and a tab of a notice take any word.
    path("", include("cases.by_hand.urls")),
    path("", include("cases.comments.urls")),
    path("", include("cases.drafts.urls")),
    path("", include("cases.desk.urls")),
    path("", include("cases.bulk.urls")),
    path("", include("cases.work.urls")),
    path("", include("cases.views.urls")),
    path("", include("cases.intake.urls")),
    # Before the files: an address of theirs takes any word.
    path("", include("cases.keeping.urls")),
    path("", include("cases.files.urls")),
    path("", include("cases.glass.urls")),
    path("", include("cases.exports.urls")),
    path("", include("cases.digests.urls")),
    path("", include("cases.quality.urls")),
    path("api/", include("cases.api.urls")),
]

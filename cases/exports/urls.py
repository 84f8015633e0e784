from django.urls import URLPattern, URLResolver, path

from cases.exports import sign_pages, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<slug:code>/exports/", views.case_exports, name="case-exports"),
    path("exports/<slug:key>/", views.export_page, name="export"),
    path(
        "exports/<slug:key>/signature/",
        sign_pages.export_signature,
        name="export-signature",
    ),
    path("exports/<slug:key>/file/", views.export_file, name="export-file"),
]

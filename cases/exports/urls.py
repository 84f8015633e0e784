from django.urls import URLPattern, URLResolver, path

from cases.exports import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<slug:code>/exports/", views.case_exports, name="case-exports"),
    path("exports/<slug:key>/", views.export_page, name="export"),
    path("exports/<slug:key>/file/", views.export_file, name="export-file"),
]

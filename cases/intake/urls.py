from django.urls import URLPattern, URLResolver, path

from cases.intake import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("feeds/", views.feeds, name="feeds"),
    path("imports/new/", views.import_new, name="import-new"),
    path("runs/<int:pk>/", views.run_page, name="run"),
    path("runs/<int:pk>/rows.csv", views.run_errors, name="run-rows"),
    path("runs/<int:pk>/undo/", views.run_undo, name="run-undo"),
    path("runs/<int:pk>/import/", views.run_import_now, name="run-import"),
]

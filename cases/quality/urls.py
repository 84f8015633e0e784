from django.urls import URLPattern, URLResolver, path

from cases.quality import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("quality/", views.quality, name="quality"),
]

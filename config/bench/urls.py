"""The app's addresses plus those that only a measurement asks for."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from accounts.access import needs
from config.bench.peers import DefaultNotices, site


@needs()
def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing, behind the same middleware and the same guard as every page."""
    return HttpResponse("")


urlpatterns: list[URLPattern | URLResolver] = [
    path("bench/empty/", empty, name="bench-empty"),
    path("bench/admin/", site.urls),
    path("bench/drf/", DefaultNotices.as_view(), name="bench-drf"),
    path("", include("config.urls")),
]

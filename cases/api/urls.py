from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from cases.api import docs, views
from cases.api.base import NothingHere, Session

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.Notices.as_view(), name="api-notices"),
    path("notices/<str:key>/", views.OneNotice.as_view(), name="api-notice"),
    path("people/", views.People.as_view(), name="api-people"),
    path("people/<str:key>/", views.OnePerson.as_view(), name="api-person"),
    path("countries/", views.Countries.as_view(), name="api-countries"),
    path("countries/<str:key>/", views.OneCountry.as_view(), name="api-country"),
    path(
        "schema/",
        SpectacularAPIView.as_view(
            permission_classes=[IsAuthenticated], authentication_classes=[Session]
        ),
        name="api-schema",
    ),
    path("docs/", docs.api_docs, name="api-docs"),
    re_path(r"^", NothingHere.as_view(), name="api-nothing"),
]

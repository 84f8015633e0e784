from django.urls import URLPattern, URLResolver, path, re_path

from cases.api import docs, views
from cases.api.base import NothingHere

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.Notices.as_view(), name="api-notices"),
    path("notices/<slug:key>/", views.OneNotice.as_view(), name="api-notice"),
    path("people/", views.People.as_view(), name="api-people"),
    path("people/<slug:key>/", views.OnePerson.as_view(), name="api-person"),
    path("countries/", views.Countries.as_view(), name="api-countries"),
    path("countries/<slug:key>/", views.OneCountry.as_view(), name="api-country"),
    path("schema/", docs.ApiSchema.as_view(), name="api-schema"),
    path("docs/", docs.api_docs, name="api-docs"),
    re_path(r"^", NothingHere.as_view(), name="api-nothing"),
]

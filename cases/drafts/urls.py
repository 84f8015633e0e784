from django.urls import URLPattern, URLResolver, path

from cases.drafts import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/<slug:key>/drafts/<slug:purpose>/", pages.save, name="draft-save"),
    path(
        "notices/<slug:key>/drafts/<slug:purpose>/discard/",
        pages.discard,
        name="draft-discard",
    ),
]

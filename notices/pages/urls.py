from django.urls import URLPattern, URLResolver, path

from notices.pages import facts

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<slug:key>/facts/add/", facts.add, name="person-fact-add"),
    path(
        "people/<slug:key>/facts/<int:pk>/withdraw/",
        facts.withdraw,
        name="person-fact-withdraw",
    ),
]

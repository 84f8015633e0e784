from django.urls import URLPattern, URLResolver, path

from notices.pages import facts, judgements, method, translations

urlpatterns: list[URLPattern | URLResolver] = [
    path("method/", method.method, name="method"),
    path("method/<str:indicator>/", method.rule, name="rule"),
    path("people/<slug:key>/facts/add/", facts.add, name="person-fact-add"),
    path(
        "people/<slug:key>/facts/<slug:fact>/withdraw/",
        facts.withdraw,
        name="person-fact-withdraw",
    ),
    path(
        "notices/<slug:key>/charges/<slug:charge>/translate/",
        translations.add,
        name="translation-add",
    ),
    path("notices/<slug:key>/findings/say/", judgements.say, name="finding-judge"),
    path("notices/<slug:key>/findings/add/", judgements.add, name="finding-add"),
    path(
        "notices/<slug:key>/findings/said/<int:pk>/withdraw/",
        judgements.withdraw,
        name="finding-word-withdraw",
    ),
]

from django.urls import URLPattern, URLResolver, path

from cases.comments import pages

_AT = "notices/<slug:key>/comments/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_AT}say/", pages.comment, name="comment"),
    path(f"{_AT}seen/", pages.comments_seen, name="comments-seen"),
    path(
        f"{_AT}<slug:comment>/withdraw/",
        pages.comment_withdraw,
        name="comment-withdraw",
    ),
    path("notices/<slug:key>/tag/", pages.tag, name="review-tag"),
    path("notices/<slug:key>/translation/", pages.translation, name="translation-ask"),
]

from django.urls import URLPattern, URLResolver, path

from accounts.tokens import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.token_list, name="token-list"),
    path("new/", pages.token_new, name="token-new"),
    path("<int:pk>/revoke/", pages.token_revoke, name="token-revoke"),
]

from django.urls import URLPattern, URLResolver, include, path

from accounts import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/settings/", pages.account_settings, name="account-settings"),
    path("account/theme/", pages.switch_theme, name="account-theme"),
    path("account/", include("allauth.account.urls")),
]

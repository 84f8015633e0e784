from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts import pages

# Of allauth only what an invited person needs: addresses are changed by an
# administrator, because whoever holds the mailbox holds the account.
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/settings/", pages.account_settings, name="account-settings"),
    path("account/theme/", pages.switch_theme, name="account-theme"),
    path("account/tokens/", include("accounts.tokens.urls")),
    path("account/login/", views.login, name="account_login"),
    path("account/logout/", views.logout, name="account_logout"),
    path("account/inactive/", views.account_inactive, name="account_inactive"),
    path("account/signup/", views.signup, name="account_signup"),
    path(
        "account/reauthenticate/", views.reauthenticate, name="account_reauthenticate"
    ),
    path(
        "account/password/change/",
        views.password_change,
        name="account_change_password",
    ),
    path("account/password/set/", views.password_set, name="account_set_password"),
    path(
        "account/password/reset/", views.password_reset, name="account_reset_password"
    ),
    path(
        "account/password/reset/done/",
        views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("administration/", include("accounts.administration.urls")),
]

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts import pages
from accounts.access import needs
from accounts.signing_in import (
    factor_pages,
    lost_factor_pages,
    second_factor,
    session_pages,
    step_up_page,
)
from accounts.signing_in.step_up import step_up

asked_first = step_up(doing="change your password")
password_change = needs()(asked_first(views.password_change))
password_set = needs()(asked_first(views.password_set))

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
        "account/reauthenticate/",
        step_up_page.prove_presence,
        name="account_reauthenticate",
    ),
    path("account/second-step/", second_factor.second_step, name="mfa_authenticate"),
    path("account/passkey/", second_factor.passkey_sign_in, name="mfa_login_webauthn"),
    path("account/second-factors/", factor_pages.overview, name="factors"),
    path("account/second-factors/app/", factor_pages.add_app, name="factor-app"),
    path(
        "account/second-factors/passkey/",
        factor_pages.add_passkey,
        name="factor-passkey-add",
    ),
    path(
        "account/second-factors/<int:pk>/remove/",
        factor_pages.remove,
        name="factor-remove",
    ),
    path(
        "account/second-factors/recovery-codes/",
        factor_pages.new_recovery_codes,
        name="recovery-codes",
    ),
    path("account/devices/", session_pages.devices, name="devices"),
    path("account/devices/end-others/", session_pages.end_others, name="devices-end"),
    path("account/devices/<slug:key>/end/", session_pages.end, name="device-end"),
    path(
        "account/password/change/",
        password_change,
        name="account_change_password",
    ),
    path("account/password/set/", password_set, name="account_set_password"),
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
    path(
        "administration/users/<int:pk>/lost-factor/",
        lost_factor_pages.lost_factor_page,
        name="lost-factor",
    ),
    path(
        "administration/users/<int:pk>/lost-factor/confirm/",
        lost_factor_pages.confirm_lost_factor,
        name="lost-factor-confirm",
    ),
    path("administration/", include("accounts.administration.urls")),
]

from django.urls import URLPattern, URLResolver, include, path

from accounts.administration import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.administration, name="administration"),
    path("users/new/", pages.add_user, name="user-new"),
    path("users/<int:pk>/", pages.user_page, name="user"),
    path("users/<int:pk>/role/", pages.change_role, name="user-role"),
    path("users/<int:pk>/deactivate/", pages.deactivate, name="user-deactivate"),
    path("users/<int:pk>/reactivate/", pages.reactivate, name="user-reactivate"),
    path("users/<int:pk>/sign-out/", pages.end_sessions, name="user-sign-out"),
    path("users/<int:pk>/invite/", pages.invite_again, name="user-invite"),
    path("audit/", include("accounts.audit.urls")),
]

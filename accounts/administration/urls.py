from django.urls import URLPattern, URLResolver, include, path

from accounts.administration import pages
from accounts.alarms.pages import alarms

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.administration, name="administration"),
    path("roles/", pages.roles_page, name="roles"),
    path("users/new/", pages.add_user, name="user-new"),
    path("users/<int:pk>/", pages.user_page, name="user"),
    path("users/<int:pk>/change/", pages.change_person, name="user-change"),
    path("users/<int:pk>/export/", pages.export_right, name="user-export"),
    path("users/<int:pk>/role/", pages.change_role, name="user-role"),
    path(
        "users/<int:pk>/administrator/",
        pages.answer_administrator,
        name="user-administrator",
    ),
    path("users/<int:pk>/deactivate/", pages.deactivate, name="user-deactivate"),
    path("users/<int:pk>/reactivate/", pages.reactivate, name="user-reactivate"),
    path("users/<int:pk>/sign-out/", pages.end_sessions, name="user-sign-out"),
    path("users/<int:pk>/invite/", pages.invite_again, name="user-invite"),
    path("reading/", alarms, name="alarms"),
    path("audit/", include("accounts.audit.urls")),
]

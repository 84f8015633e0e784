from django.urls import URLPattern, URLResolver, path

from cases.keeping import file_pages, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("administration/keeping/", pages.keeping, name="keeping"),
    path(
        "administration/keeping/rules/<slug:kind>/",
        pages.keeping_rule,
        name="keeping-rule",
    ),
    path(
        "administration/keeping/rules/<slug:kind>/seen/",
        pages.kind_seen,
        name="keeping-seen",
    ),
    path(
        "administration/keeping/erasures/<slug:key>/perform/",
        pages.erasure_confirm,
        name="erasure-confirm",
    ),
    path(
        "administration/keeping/erasures/<slug:key>/stop/",
        pages.erasure_stop,
        name="erasure-stop",
    ),
    path("administration/keeping/mail/", pages.let_mail_go, name="keeping-mail"),
    path("cases/gone/", pages.gone, name="gone"),
    path("cases/<slug:code>/keeping/", file_pages.case_keeping, name="case-keeping"),
    path("cases/<slug:code>/keeping/hold/", file_pages.case_hold, name="case-hold"),
    path("cases/<slug:code>/keeping/lift/", file_pages.case_lift, name="case-lift"),
    path("cases/<slug:code>/keeping/erase/", file_pages.case_erase, name="case-erase"),
    path(
        "cases/<slug:code>/keeping/stop/",
        file_pages.case_erase_stop,
        name="case-erase-stop",
    ),
    path(
        "cases/<slug:code>/keeping/seen/",
        file_pages.case_expiry_seen,
        name="case-expiry-seen",
    ),
]

from django.urls import URLPattern, URLResolver, path

from cases.digests import demo_views, unsubscribe, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("follows/", views.follows_page, name="follows"),
    path("follows/add/", views.follow_add, name="follow-add"),
    path("follows/when/", views.digest_rhythm, name="digest-rhythm"),
    path("follows/switch/", views.digest_switch, name="digest-switch"),
    path("follows/preview/", views.digest_preview, name="digest-preview"),
    path("follows/preview/html/", views.digest_preview_html, name="preview-html"),
    path("follows/<slug:key>/end/", views.follow_end, name="follow-end"),
    path("digests/<slug:key>/", views.digest, name="digest"),
    path("digests/<slug:key>/html/", views.digest_html, name="digest-html"),
    path("digests/<slug:key>/arrived/", views.digest_settle, name="digest-settle"),
    path("u/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("mail/", demo_views.mail_list, name="mail-list"),
    path("mail/<slug:name>/", demo_views.mail_page, name="mail"),
    path("mail/<slug:name>/html/", demo_views.mail_html, name="mail-html"),
]

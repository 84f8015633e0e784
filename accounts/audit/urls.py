from django.urls import URLPattern, URLResolver, path

from accounts.audit import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.audit_log, name="audit-log"),
    path("verify/", pages.verify_log, name="audit-verify"),
    path("entries.csv", pages.audit_csv, name="audit-csv"),
    path("log.jsonl", pages.audit_whole, name="audit-whole"),
    path("verify_log.py", pages.audit_verifier, name="audit-verifier"),
]

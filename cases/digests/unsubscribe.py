"""The page that stops digests without signing in, and the one-click POST of mail
programs (RFC 8058).
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cases.digests.follows import stop_digest
from cases.digests.stop_link import setting_of


# The signed token in the address is the permission; a mail program has no cookie and
# follows no redirect. A GET changes nothing: scanners open every link of a mail.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; on POST stop the digests until they are turned on again."""
    setting = setting_of(token)
    if setting is None:
        raise Http404
    if request.method == "POST":
        stop_digest(setting=setting, at=timezone.now(), actor=None)
        setting.refresh_from_db()
    context = {"is_stopped": setting.stopped_at is not None}
    response = render(request, "cases/digests/unsubscribe.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

"""Shows the HTML of a mail without trusting it: a page of its own that runs nothing,
loads nothing, keeps no origin and may only stand in a frame of this site.
"""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

# Links open outside the frame, without its limits.
_SANDBOX = ["allow-popups", "allow-popups-to-escape-sandbox"]
_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [SELF],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": _SANDBOX,
}

View = Callable[..., Any]


def mail_frame(view: View) -> View:
    """Decorate a view that answers with the HTML of a mail."""
    return never_cache(xframe_options_sameorigin(csp(_POLICY)(view)))


def shows_mail_frame(view: View) -> View:
    """Decorate a page that has such a frame in it."""
    decorated: View = csp_update({"frame-src": [SELF]})(view)
    return decorated


def as_frame(html: str) -> HttpResponse:
    """Return `html` as the content of a frame whose links open in a new tab."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

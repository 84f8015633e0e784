"""Where a form leads back to: a path of this site that the request names."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, *, otherwise: str) -> str:
    """Return the path under `next`, or `otherwise` where it is none of this site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_path = asked.startswith("/") and "//" not in asked
    if is_path and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return otherwise

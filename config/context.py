"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values that `templates/base.html` uses on every page."""
    return {"demo": settings.DEMO}

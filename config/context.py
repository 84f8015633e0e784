"""What the frame of every page needs: who reads, where they may go, how it looks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from accounts.display import Display
from accounts.models import User
from config.head import head_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values that `templates/base.html` uses on every page.

    The head is looked for when a page is written, and not for a part of one.
    """
    user = getattr(request, "user", None)
    reader = user if isinstance(user, User) else None
    display = Display.of(request)
    return {
        "demo": settings.DEMO,
        "display": display,
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "now": timezone.now(),
        "head": SimpleLazyObject(
            lambda: head_for(
                request, reader, theme=display.theme, is_demo=settings.DEMO
            )
        ),
    }

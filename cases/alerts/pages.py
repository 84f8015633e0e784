"""The number in the head of a page, and taking lines off one's own list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.alerts.services import MOST_COUNTED, see, unseen


@needs(Capability.SEE_FINDINGS)
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many lines one has not seen; pages ask for it once they are there."""
    number = unseen(signed_in(request))
    return render(
        request,
        "cases/work/_count.html",
        {"number": number, "most": MOST_COUNTED},
    )


@needs(Capability.SEE_FINDINGS)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark one line, or all, as seen; only one's own are ever found."""
    see(
        reader=signed_in(request),
        at=timezone.now(),
        key=request.POST.get("alert", "")[:16],
    )
    return redirect("work")

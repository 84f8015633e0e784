"""Taking a line off the list of what a keeper was told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs, signed_in
from cases.files.alerts import see_alert
from cases.models import CaseAlert


@needs()
@require_POST
def alert_seen(request: HttpRequest, key: str) -> HttpResponse:
    """Mark one's own line as seen."""
    mine = CaseAlert.objects.visible_to(signed_in(request))
    see_alert(alert=get_object_or_404(mine, key=key), at=timezone.now())
    return redirect("today")

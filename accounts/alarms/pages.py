"""The page of accounts that read unusually much."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs, signed_in
from accounts.alarms.services import MOST, see_alarm
from accounts.capabilities import Capability
from accounts.models import ReadingAlarm

SHOWN = 50


@needs(Capability.SEE_USERS, Capability.READ_LOG)
@require_http_methods(["GET", "HEAD", "POST"])
def alarms(request: HttpRequest) -> HttpResponse:
    """Who read how much of what; say that one was looked into."""
    reader = signed_in(request)
    if request.method == "POST":
        asked = request.POST.get("alarm", "")
        number = int(asked) if asked.isascii() and asked.isdigit() else 0
        alarm = ReadingAlarm.objects.filter(pk=min(number, 2**62)).first()
        if alarm is None:
            messages.error(request, "Choose an alarm of the list.")
        elif alarm.user_id == reader.pk:
            messages.error(request, "Somebody else has to look into this one.")
        else:
            see_alarm(alarm=alarm, actor=reader, at=timezone.now())
        return redirect("alarms")
    found = ReadingAlarm.objects.select_related("user", "seen_by")[:SHOWN]
    limits = [(kind.label, number) for kind, number in MOST.items()]
    context = {
        "alarms": found,
        "limits": limits,
        "reader": reader,
        "sees_users": reader.can(Capability.SEE_USERS),
    }
    return render(request, "accounts/alarms.html", context)

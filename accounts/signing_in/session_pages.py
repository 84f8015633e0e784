"""The page of the browsers that one is signed in with."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.signing_in import sessions


@needs()
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, since when, and when it was last used."""
    here = request.session.session_key
    found = sessions.devices_of(signed_in(request), here=here)
    return render(request, "account/devices.html", {"devices": found})


@needs()
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Sign one of one's own browsers out."""
    ended = sessions.end_session(user=signed_in(request), key=key)
    if ended is None:
        raise Http404
    messages.success(request, f"{ended.words} is signed out.")
    return redirect("devices")


@needs()
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out every browser but this one."""
    count = sessions.end_other_sessions(
        user=signed_in(request), here=request.session.session_key
    )
    word = "One other device is" if count == 1 else f"{count} other devices are"
    messages.success(request, f"{word} signed out." if count else "There was no other.")
    return redirect("devices")

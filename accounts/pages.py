"""Pages of one's own account."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.display import Display
from accounts.forms import AccountForm, ThemeForm
from accounts.profile import change_profile, change_theme
from accounts.way_back import way_back


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: HttpRequest) -> HttpResponse:
    """Name, time zone, colours and keys."""
    user = signed_in(request)
    display = Display.of(request)
    form = AccountForm(
        request.POST or None,
        instance=user,
        initial={"compact": display.compact, "keys": display.keys},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        change_profile(
            user=user,
            name=data["name"],
            time_zone=data["time_zone"],
            theme=data["theme"],
            single_keys=data["keys"],
        )
        messages.success(request, "Saved.")
        response = redirect("account-settings")
        Display(data["theme"], data["compact"], data["keys"]).keep(
            response, secure=settings.SESSION_COOKIE_SECURE
        )
        return response
    context = {"form": form, "may_make_tokens": user.can(Capability.MAKE_TOKENS)}
    status = 400 if form.errors else 200
    return render(request, "accounts/settings.html", context, status=status)


@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    """Switch the colours and go back to the page it was asked from."""
    form = ThemeForm(request.POST)
    back = way_back(request, otherwise=reverse("account-settings"))
    response = HttpResponseRedirect(back)
    if form.is_valid():
        theme = form.cleaned_data["theme"]
        if request.user.is_authenticated:
            change_theme(user=request.user, theme=theme)
        replace(Display.of(request), theme=theme).keep(
            response, secure=settings.SESSION_COOKIE_SECURE
        )
    return response

"""Tokens for one's own programs: which there are, a new one, the end of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.mails import AccountMail
from accounts.models import ApiToken
from accounts.signing_in.codes import mail_about
from accounts.signing_in.step_up import step_up
from accounts.tokens.forms import TokenForm
from accounts.tokens.services import TokenRefused, make_token, revoke_token

_PAST = 20


@needs(Capability.MAKE_TOKENS)
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens, those in use first."""
    mine, now = signed_in(request).tokens.all(), timezone.now()
    living = mine.live(now)
    context = {
        "living": living,
        "past": mine.exclude(pk__in=living.values("pk"))[:_PAST],
    }
    return render(request, "accounts/tokens/list.html", context)


@needs(Capability.MAKE_TOKENS)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up(doing="make a token for a program")
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token. The answer is the only page that ever shows its secret."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = make_token(
                owner=signed_in(request), at=timezone.now(), **form.cleaned_data
            )
        except TokenRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            mail_about(new.token.owner, AccountMail.TOKEN_MADE)
            return render(request, "accounts/tokens/made.html", {"new": new})
    status = 400 if form.errors else 200
    return render(request, "accounts/tokens/new.html", {"form": form}, status=status)


@needs(Capability.MAKE_TOKENS)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    actor = signed_in(request)
    token = get_object_or_404(ApiToken, owner=actor, pk=pk)
    revoke_token(token=token, actor=actor, at=timezone.now())
    messages.success(request, f"{token.name} is revoked and opens nothing any more.")
    return redirect("token-list")

"""The page by which two administrators let somebody enrol a second factor again."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.mails import AccountMail
from accounts.models import User
from accounts.signing_in import lost_factor
from accounts.signing_in.codes import mail_about
from accounts.signing_in.step_up import step_up
from accounts.validators import plain_line


class AskForm(forms.Form):
    """How the administrator knows that it is the person."""

    reason = forms.CharField(
        label="How do you know that it is this person?",
        max_length=300,
        validators=[plain_line],
        help_text="Such as: called back on the number in the staff list. It is kept in "
        "the log.",
    )


@needs(Capability.SEE_USERS)
@step_up(doing="remove a colleague's lost second factor")
@require_http_methods(["GET", "HEAD", "POST"])
def lost_factor_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the removal, or see how far it is."""
    user, reader = get_object_or_404(User, pk=pk), signed_in(request)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            lost_factor.ask(
                user=user,
                actor=reader,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except lost_factor.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            mail_about(user, AccountMail.FACTOR_LOST)
            messages.success(
                request, "Asked. Another administrator confirms it within 24 hours."
            )
        return redirect("lost-factor", pk=pk)
    context = {
        "person": user,
        "form": form,
        "standing": lost_factor.standing(user=user, reader=reader, at=timezone.now()),
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/lost_factor.html", context, status=status)


@needs(Capability.SEE_USERS)
@step_up(doing="confirm removing a colleague's lost second factor")
@require_POST
def confirm_lost_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the factor: the second administrator's word."""
    user = get_object_or_404(User, pk=pk)
    try:
        lost_factor.confirm(user=user, actor=signed_in(request), at=timezone.now())
    except lost_factor.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        mail_about(user, AccountMail.FACTOR_TAKEN)
        messages.success(
            request, f"{user.name} is signed out and enrols again at the next sign-in."
        )
    return redirect("lost-factor", pk=pk)
